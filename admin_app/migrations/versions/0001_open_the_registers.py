"""open the registers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('last_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.create_table('divisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('level', sa.Enum('province', 'prefecture', 'county', 'township', 'community', name='level', native_enum=False, length=40), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('community_since', sa.Date(), nullable=True),
    sa.Column('community_until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('length(code) = 12', name=op.f('ck_divisions_code_length')),
    sa.ForeignKeyConstraint(['parent_id'], ['divisions.id'], name=op.f('fk_divisions_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_divisions')),
    sa.UniqueConstraint('code', name=op.f('uq_divisions_code'))
    )
    with op.batch_alter_table('divisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_divisions_county_id_level'), ['county_id', 'level'], unique=False)
        batch_op.create_index(batch_op.f('ix_divisions_parent_id'), ['parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_divisions_prefecture_id'), ['prefecture_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_divisions_township_id'), ['township_id'], unique=False)

    op.create_table('figures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Enum('adult_age', 'monthly_activities_min', 'monthly_activities_max', 'backbone_hours', 'coverage_percent', 'registered_percent', 'regular_projects_min', 'recording_days', name='figurename', native_enum=False, length=40), nullable=False),
    sa.Column('division_code', sa.String(length=12), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('basis', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figures')),
    sa.UniqueConstraint('division_code', 'name', 'since', name=op.f('uq_figures_division_code_name_since'))
    )
    op.create_table('offices',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_offices_only_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offices'))
    )
    op.create_table('persons',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('name_key', sa.String(length=50), nullable=False),
    sa.Column('sex', sa.Enum('male', 'female', name='sex', native_enum=False, length=40), nullable=False),
    sa.Column('born_on', sa.Date(), nullable=False),
    sa.Column('id_number', sa.LargeBinary(), nullable=False),
    sa.Column('id_number_hash', sa.String(length=64), nullable=False),
    sa.Column('id_number_masked', sa.String(length=30), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_persons')),
    sa.UniqueConstraint('id_number_hash', name=op.f('uq_persons_id_number_hash'))
    )
    with op.batch_alter_table('persons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_persons_name_key'), ['name_key'], unique=False)

    op.create_table('accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('login', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=False),
    sa.Column('failed_sign_ins', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_accounts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('login', name=op.f('uq_accounts_login'))
    )
    op.create_table('stations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=15), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('division_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('station', 'point', 'civilization_centre', 'civilization_office', 'civilization_station', 'lei_feng', 'social_work', name='stationkind', native_enum=False, length=40), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('manager_name', sa.String(length=50), nullable=True),
    sa.Column('manager_terms', sa.Enum('full_time', 'part_time', name='managerterms', native_enum=False, length=40), nullable=True),
    sa.Column('phone', sa.String(length=30), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=True),
    sa.Column('computers', sa.Integer(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('last_roll', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_certificate', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_stations_division_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stations')),
    sa.UniqueConstraint('code', name=op.f('uq_stations_code'))
    )
    with op.batch_alter_table('stations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stations_county_id'), ['county_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stations_division_id'), ['division_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stations_prefecture_id'), ['prefecture_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stations_township_id'), ['township_id'], unique=False)

    op.create_table('activities',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('category', sa.Enum('0001', '0002', '0003', '0004', '0005', '0006', '0007', '0008', '0009', '0010', '0011', '0012', '0013', '0014', '0015', '0016', '0017', '0018', '0019', '0020', '0099', name='category', native_enum=False, length=40), nullable=False),
    sa.Column('state', sa.Enum('planned', 'held', 'cancelled', name='activitystate', native_enum=False, length=40), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=True),
    sa.Column('ends_at', sa.Time(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('leader_name', sa.String(length=50), nullable=True),
    sa.Column('social_worker', sa.String(length=50), nullable=True),
    sa.Column('desk_duty', sa.Boolean(), nullable=False),
    sa.Column('keeper_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('ends_at IS NULL OR ends_at > starts_at', name=op.f('ck_activities_ends_after_start')),
    sa.ForeignKeyConstraint(['keeper_id'], ['accounts.id'], name=op.f('fk_activities_keeper_id')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_activities_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activities'))
    )
    with op.batch_alter_table('activities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activities_county_id_held_on_id'), ['county_id', 'held_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activities_held_on_id'), ['held_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activities_keeper_id'), ['keeper_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activities_prefecture_id_held_on_id'), ['prefecture_id', 'held_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activities_station_id_held_on_id'), ['station_id', 'held_on', 'id'], unique=False)

    op.create_table('appointments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('leader', 'deputy', 'organizer', 'member', 'clerk', 'helper', 'observer', 'supervisor', 'auditor', 'administrator', name='role', native_enum=False, length=40), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('division_id', sa.Integer(), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('station_id IS NULL OR division_id IS NULL', name=op.f('ck_appointments_one_place')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_appointments_until_after_since')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_appointments_account_id')),
    sa.ForeignKeyConstraint(['division_id'], ['divisions.id'], name=op.f('fk_appointments_division_id')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_appointments_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointments'))
    )
    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appointments_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appointments_division_id'), ['division_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appointments_station_id'), ['station_id'], unique=False)

    op.create_table('audit_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('action', sa.Enum('create', 'update', 'delete', 'sign_in', 'sign_out', 'sign_in_failed', 'export', 'import', 'print', 'decide', 'search', 'command', name='auditaction', native_enum=False, length=40), nullable=False),
    sa.Column('register', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('mac', sa.String(length=64), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_audit_entries_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entries'))
    )
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_entries_account_id_id'), ['account_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entries_register_row_id'), ['register', 'row_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_entries_station_id_id'), ['station_id', 'id'], unique=False)

    op.create_table('import_batches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('stations', 'volunteers', 'ledger', name='importkind', native_enum=False, length=40), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=False),
    sa.Column('handed_in_on', sa.Date(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('landed_at', sa.DateTime(), nullable=True),
    sa.Column('sheet', sa.LargeBinary(), nullable=True),
    sa.Column('returned', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_import_batches_station_id')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['accounts.id'], name=op.f('fk_import_batches_uploaded_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batches'))
    )
    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batches_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_batches_uploaded_by_id'), ['uploaded_by_id'], unique=False)

    op.create_table('leadership_groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_leadership_groups_until_after_since')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_leadership_groups_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leadership_groups'))
    )
    with op.batch_alter_table('leadership_groups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leadership_groups_station_id_since'), ['station_id', 'since'], unique=False)

    op.create_table('rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('organization', 'recruitment', 'services', 'conduct', 'workflow', name='rulekind', native_enum=False, length=40), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('adopted_on', sa.Date(), nullable=True),
    sa.Column('posted_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('posted_on IS NULL OR (adopted_on IS NOT NULL AND posted_on >= adopted_on)', name=op.f('ck_rules_posted_after_adopted')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_rules_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rules')),
    sa.UniqueConstraint('station_id', 'kind', 'edition', name=op.f('uq_rules_station_id_kind_edition'))
    )
    op.create_table('sign_ins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_sign_ins_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_ins')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_ins_token_hash'))
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_account_id'), ['account_id'], unique=False)

    op.create_table('volunteers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('registered', 'left', name='rollstate', native_enum=False, length=40), nullable=False),
    sa.Column('registered_on', sa.Date(), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('phone_hash', sa.String(length=64), nullable=True),
    sa.Column('phone_masked', sa.String(length=20), nullable=True),
    sa.Column('guardian_name', sa.String(length=50), nullable=True),
    sa.Column('guardian_relation', sa.String(length=20), nullable=True),
    sa.Column('guardian_phone', sa.LargeBinary(), nullable=True),
    sa.Column('political_status', sa.String(length=30), nullable=True),
    sa.Column('education', sa.String(length=30), nullable=True),
    sa.Column('occupation', sa.String(length=50), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=True),
    sa.Column('skills', sa.String(length=200), nullable=True),
    sa.Column('availability', sa.String(length=200), nullable=True),
    sa.Column('official_number', sa.String(length=40), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_volunteers_person_id')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_volunteers_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteers')),
    sa.UniqueConstraint('number', name=op.f('uq_volunteers_number')),
    sa.UniqueConstraint('station_id', 'person_id', name=op.f('uq_volunteers_station_id_person_id'))
    )
    with op.batch_alter_table('volunteers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_volunteers_county_id_registered_on_id'), ['county_id', 'registered_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_volunteers_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_volunteers_phone_hash'), ['phone_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_volunteers_prefecture_id_registered_on_id'), ['prefecture_id', 'registered_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_volunteers_station_id_registered_on_id'), ['station_id', 'registered_on', 'id'], unique=False)

    op.create_table('certificate_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('purpose', sa.String(length=200), nullable=True),
    sa.Column('replaces', sa.String(length=40), nullable=True),
    sa.Column('state', sa.Enum('requested', 'approved', 'declined', 'issued', name='requeststate', native_enum=False, length=40), nullable=False),
    sa.Column('requested_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('decline_reason', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('until IS NULL OR since IS NULL OR until >= since', name=op.f('ck_certificate_requests_until_after_since')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['accounts.id'], name=op.f('fk_certificate_requests_decided_by_id')),
    sa.ForeignKeyConstraint(['requested_by_id'], ['accounts.id'], name=op.f('fk_certificate_requests_requested_by_id')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_certificate_requests_station_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteers.id'], name=op.f('fk_certificate_requests_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_requests'))
    )
    with op.batch_alter_table('certificate_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_requests_county_id'), ['county_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_requests_station_id_state'), ['station_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_requests_volunteer_id'), ['volunteer_id'], unique=False)

    op.create_table('leadership_seats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('leader', 'deputy_committee', 'deputy_volunteer', 'committee_member', 'social_work_head', 'volunteer_member', 'owners_committee', 'property_manager', 'staff', 'volunteer', 'social_worker', 'company_staff', 'resident', name='seatkind', native_enum=False, length=40), nullable=False),
    sa.Column('holder', sa.String(length=50), nullable=True),
    sa.Column('post', sa.String(length=100), nullable=True),
    sa.Column('inapplicable', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('holder IS NOT NULL OR inapplicable', name=op.f('ck_leadership_seats_held_or_inapplicable')),
    sa.ForeignKeyConstraint(['group_id'], ['leadership_groups.id'], name=op.f('fk_leadership_seats_group_id')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_leadership_seats_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leadership_seats'))
    )
    with op.batch_alter_table('leadership_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leadership_seats_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_leadership_seats_station_id'), ['station_id'], unique=False)

    op.create_table('service_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('activity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category', sa.Enum('0001', '0002', '0003', '0004', '0005', '0006', '0007', '0008', '0009', '0010', '0011', '0012', '0013', '0014', '0015', '0016', '0017', '0018', '0019', '0020', '0099', name='category', native_enum=False, length=40), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('quality', sa.String(length=100), nullable=True),
    sa.Column('state', sa.Enum('draft', 'submitted', 'confirmed', 'declined', name='entrystate', native_enum=False, length=40), nullable=False),
    sa.Column('source', sa.Enum('screen', 'import', 'command', name='entrysource', native_enum=False, length=40), nullable=False),
    sa.Column('flags', sa.JSON(), nullable=False),
    sa.Column('recorder', sa.String(length=50), nullable=True),
    sa.Column('import_batch_id', sa.Integer(), nullable=True),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('ended_at > started_at', name=op.f('ck_service_entries_ends_after_start')),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_service_entries_minutes_positive')),
    sa.ForeignKeyConstraint(['activity_id'], ['activities.id'], name=op.f('fk_service_entries_activity_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['accounts.id'], name=op.f('fk_service_entries_decided_by_id')),
    sa.ForeignKeyConstraint(['import_batch_id'], ['import_batches.id'], name=op.f('fk_service_entries_import_batch_id')),
    sa.ForeignKeyConstraint(['person_id'], ['persons.id'], name=op.f('fk_service_entries_person_id')),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['accounts.id'], name=op.f('fk_service_entries_recorded_by_id')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_service_entries_station_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteers.id'], name=op.f('fk_service_entries_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_entries'))
    )
    with op.batch_alter_table('service_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_entries_activity_id'), ['activity_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_entries_county_id_served_on_id'), ['county_id', 'served_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_entries_person_id_served_on'), ['person_id', 'served_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_entries_prefecture_id_served_on_id'), ['prefecture_id', 'served_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_entries_served_on_id'), ['served_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_entries_station_id_served_on_id'), ['station_id', 'served_on', 'id'], unique=False)

    op.create_table('certificates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=16), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=False),
    sa.Column('volunteer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('valid', 'voided', 'replaced', name='certificatestate', native_enum=False, length=40), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=True),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('single_handed', sa.Boolean(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('name_masked', sa.String(length=50), nullable=False),
    sa.Column('categories', sa.JSON(), nullable=False),
    sa.Column('unit', sa.String(length=200), nullable=False),
    sa.Column('snapshot', sa.LargeBinary(), nullable=False),
    sa.Column('paper', sa.LargeBinary(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('sample', sa.Boolean(), nullable=False),
    sa.Column('voided_by_id', sa.Integer(), nullable=True),
    sa.Column('voided_at', sa.DateTime(), nullable=True),
    sa.Column('void_reason', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('township_id', sa.Integer(), nullable=True),
    sa.Column('county_id', sa.Integer(), nullable=True),
    sa.Column('prefecture_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['issued_by_id'], ['accounts.id'], name=op.f('fk_certificates_issued_by_id')),
    sa.ForeignKeyConstraint(['request_id'], ['certificate_requests.id'], name=op.f('fk_certificates_request_id')),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_certificates_station_id')),
    sa.ForeignKeyConstraint(['voided_by_id'], ['accounts.id'], name=op.f('fk_certificates_voided_by_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['volunteers.id'], name=op.f('fk_certificates_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificates')),
    sa.UniqueConstraint('number', name=op.f('uq_certificates_number')),
    sa.UniqueConstraint('request_id', name=op.f('uq_certificates_request_id'))
    )
    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificates_county_id'), ['county_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificates_station_id_issued_on_id'), ['station_id', 'issued_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificates_volunteer_id'), ['volunteer_id'], unique=False)



def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table('certificates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificates_volunteer_id'))
        batch_op.drop_index(batch_op.f('ix_certificates_station_id_issued_on_id'))
        batch_op.drop_index(batch_op.f('ix_certificates_county_id'))

    op.drop_table('certificates')
    with op.batch_alter_table('service_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_entries_station_id_served_on_id'))
        batch_op.drop_index(batch_op.f('ix_service_entries_served_on_id'))
        batch_op.drop_index(batch_op.f('ix_service_entries_prefecture_id_served_on_id'))
        batch_op.drop_index(batch_op.f('ix_service_entries_person_id_served_on'))
        batch_op.drop_index(batch_op.f('ix_service_entries_county_id_served_on_id'))
        batch_op.drop_index(batch_op.f('ix_service_entries_activity_id'))

    op.drop_table('service_entries')
    with op.batch_alter_table('leadership_seats', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leadership_seats_station_id'))
        batch_op.drop_index(batch_op.f('ix_leadership_seats_group_id'))

    op.drop_table('leadership_seats')
    with op.batch_alter_table('certificate_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_certificate_requests_volunteer_id'))
        batch_op.drop_index(batch_op.f('ix_certificate_requests_station_id_state'))
        batch_op.drop_index(batch_op.f('ix_certificate_requests_county_id'))

    op.drop_table('certificate_requests')
    with op.batch_alter_table('volunteers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_volunteers_station_id_registered_on_id'))
        batch_op.drop_index(batch_op.f('ix_volunteers_prefecture_id_registered_on_id'))
        batch_op.drop_index(batch_op.f('ix_volunteers_phone_hash'))
        batch_op.drop_index(batch_op.f('ix_volunteers_person_id'))
        batch_op.drop_index(batch_op.f('ix_volunteers_county_id_registered_on_id'))

    op.drop_table('volunteers')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_account_id'))

    op.drop_table('sign_ins')
    op.drop_table('rules')
    with op.batch_alter_table('leadership_groups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leadership_groups_station_id_since'))

    op.drop_table('leadership_groups')
    with op.batch_alter_table('import_batches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_batches_uploaded_by_id'))
        batch_op.drop_index(batch_op.f('ix_import_batches_expires_at'))

    op.drop_table('import_batches')
    with op.batch_alter_table('audit_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_entries_station_id_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entries_register_row_id'))
        batch_op.drop_index(batch_op.f('ix_audit_entries_account_id_id'))

    op.drop_table('audit_entries')
    with op.batch_alter_table('appointments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appointments_station_id'))
        batch_op.drop_index(batch_op.f('ix_appointments_division_id'))
        batch_op.drop_index(batch_op.f('ix_appointments_account_id'))

    op.drop_table('appointments')
    with op.batch_alter_table('activities', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_activities_station_id_held_on_id'))
        batch_op.drop_index(batch_op.f('ix_activities_prefecture_id_held_on_id'))
        batch_op.drop_index(batch_op.f('ix_activities_keeper_id'))
        batch_op.drop_index(batch_op.f('ix_activities_held_on_id'))
        batch_op.drop_index(batch_op.f('ix_activities_county_id_held_on_id'))

    op.drop_table('activities')
    with op.batch_alter_table('stations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stations_township_id'))
        batch_op.drop_index(batch_op.f('ix_stations_prefecture_id'))
        batch_op.drop_index(batch_op.f('ix_stations_division_id'))
        batch_op.drop_index(batch_op.f('ix_stations_county_id'))

    op.drop_table('stations')
    op.drop_table('accounts')
    with op.batch_alter_table('persons', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_persons_name_key'))

    op.drop_table('persons')
    op.drop_table('offices')
    op.drop_table('figures')
    with op.batch_alter_table('divisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_divisions_township_id'))
        batch_op.drop_index(batch_op.f('ix_divisions_prefecture_id'))
        batch_op.drop_index(batch_op.f('ix_divisions_parent_id'))
        batch_op.drop_index(batch_op.f('ix_divisions_county_id_level'))

    op.drop_table('divisions')
    op.drop_table('audit_head')

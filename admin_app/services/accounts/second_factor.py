"""The second factor: codes of an authenticator, and the paper that stands in for a lost one."""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime

import pyotp
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from admin_app.policy import Access, unscoped
from models import Account, DomainError, RecoveryCode, Role, clock, db
from models.sealing import keyring

ISSUER = "志愿站务"
STEP_SECONDS = 30
# A clock may be off by one step.
DRIFT = 1
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def is_asked_of(access: Access, roles: frozenset[Role]) -> bool:
    """Tell whether a person holds a role that must have a second factor."""
    return any(held.role in roles for held in access.held)


def begin(account: Account) -> str:
    """Return the secret of a second factor that is being set up, made at the first call."""
    if account.has_second_factor:
        raise DomainError(_("The second factor is set up already: switch it off first."))
    if account.totp_secret is None:
        account.totp_secret = pyotp.random_base32()
    return account.totp_secret


def address(account: Account, secret: str) -> str:
    """Return what the QR code tells an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)


def confirm(account: Account, code: str, *, at: datetime | None = None) -> list[str]:
    """Switch the second factor on by its first code; return the recovery codes, told only now."""
    now = at or clock.utc_now()
    if account.has_second_factor or account.totp_secret is None:
        raise DomainError(_("Open the page again: there is nothing to confirm."))
    step = _step_of(account, code, now)
    if step is None:
        raise DomainError(_("The code is wrong: look at the clock of the phone and try again."))
    account.totp_since, account.totp_step = now, step
    return renew(account)


def renew(account: Account) -> list[str]:
    """Replace the recovery codes and return the new ones, told only now."""
    with unscoped("the paper that stands in for an authenticator"):
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
        fresh = [_recovery_code() for _n in range(RECOVERY_CODES)]
        db.session.add_all(
            RecoveryCode(account_id=account.id, code_hash=_hashed(account, code)) for code in fresh
        )
        db.session.flush()
    return fresh


def switch_off(account: Account) -> None:
    """Forget the second factor and its paper."""
    account.totp_secret = account.totp_since = account.totp_step = None
    with unscoped("the paper that stands in for an authenticator"):
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def take(account: Account, code: str, *, at: datetime) -> bool:
    """Use up a code of the authenticator or of the paper; False for a wrong or a used one."""
    step = _step_of(account, code, at)
    if step is not None:
        account.totp_step = step
        return True
    asked = select(RecoveryCode).where(
        RecoveryCode.account_id == account.id,
        RecoveryCode.code_hash == _hashed(account, code),
        RecoveryCode.used_at.is_(None),
    )
    with unscoped("the paper that stands in for an authenticator"):
        found = db.session.scalar(asked.with_for_update())
        if found is not None:
            found.used_at = at
            db.session.flush()
    return found is not None


def codes_left(account: Account) -> int:
    """Return how many recovery codes are unused."""
    with unscoped("one's own paper"):
        asked = select(func.count()).where(
            RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None)
        )
        return db.session.scalar(asked) or 0


def _step_of(account: Account, code: str, at: datetime) -> int | None:
    """Return the step whose code was typed, if it is later than the last one taken."""
    typed = "".join(code.split())
    if account.totp_secret is None or not (typed.isascii() and typed.isdigit()):
        return None
    totp = pyotp.TOTP(account.totp_secret)
    now = int(at.replace(tzinfo=UTC).timestamp()) // STEP_SECONDS
    last = -1 if account.totp_step is None else account.totp_step
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), typed) and step > last:
            return step
    return None


def _recovery_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(5)) for _m in range(2))


def _hashed(account: Account, code: str) -> str:
    plain = "".join(code.lower().replace("-", "").split())
    return keyring().blind(f"{account.id}\0{plain}", "recovery_codes.code_hash")

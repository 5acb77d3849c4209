"""Putting a PostgreSQL database back to its first rows: a new one would take half a second."""

from __future__ import annotations

import time
from contextlib import contextmanager

import psycopg
from psycopg import sql

# Dead rows are left behind; so many of them are worth a sweep.
MANY = 500

_TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_COUNT_ON = (
    "SELECT setval(name::regclass, coalesce(value, 1), value IS NOT NULL)"
    " FROM unnest(%s::text[], %s::bigint[]) AS kept(name, value)"
)
# What a test may change besides rows: tables, columns, keys, guards.
_SHAPE = """
SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
    SELECT oid || relname AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT attrelid || attname || atttypid || attnotnull || attisdropped
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
      WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT oid || conname FROM pg_constraint
    UNION ALL SELECT oid || tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT oid || proname || md5(prosrc) FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace
) AS lines
"""
_SUM = "SELECT count(*), sum(hashtextextended(line::text, 0)) FROM public.{} AS line"
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Morning:
    """What a database held when this was made, and the way back to it."""

    def __init__(self, address, name):
        self._address, self._connection, self._name = address, None, name
        with self._opened() as told:
            self._tables = sorted(name for [name] in told(_TABLES))
            self._sequences = told(_SEQUENCES)
            told("CREATE SCHEMA {}", name)
            self._kept = {}
            for table in self._tables:
                held = self._sum(told, table)
                if held[0]:
                    self._kept[table] = held
                    told("CREATE TABLE {1}.{0} AS TABLE public.{0}", table, name)
            self._shape = told(_SHAPE)

    def return_to(self):
        """Put every row back; False if that cannot be done, because more than rows changed."""
        if self._connection is None:  # kept, as a new one would read the catalogue afresh
            self._connection = psycopg.connect(self._address, autocommit=True)
        told = _asked(self._connection)
        self._be_alone(told)
        if told(_SHAPE) != self._shape:
            return False
        told("SET session_replication_role = replica")  # no guard, no foreign key
        for name in self._touched(told):
            self._restore(told, name)
        told(_COUNT_ON, values=[list(column) for column in zip(*self._sequences, strict=True)])
        return True

    def leave(self):
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _touched(self, told):
        empty = [name for name in self._tables if name not in self._kept]
        asked = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM public.{name})"  # noqa: S608  # our tables
            for name in empty
        )
        yield from (name for [name] in told(asked))
        yield from (name for name, held in self._kept.items() if self._sum(told, name) != held)

    def _restore(self, told, name):
        gone = told("DELETE FROM public.{0}", name)
        if gone > MANY:
            told("VACUUM public.{0}", name)
        if name in self._kept:
            told("INSERT INTO public.{0} SELECT * FROM {1}.{0}", name, self._name)

    @staticmethod
    def _sum(told, name):
        return told(_SUM, name)[0]

    @staticmethod
    def _be_alone(told):
        told(f"SELECT pg_terminate_backend(pid) {_OTHERS}")
        while told(f"SELECT 1 {_OTHERS}"):
            time.sleep(0.01)

    @contextmanager
    def _opened(self):
        with psycopg.connect(self._address, autocommit=True) as connection:
            yield _asked(connection)


def _asked(connection):
    def told(statement, *names, values=None):
        written = sql.SQL(statement).format(*map(sql.Identifier, names)) if names else statement
        answer = connection.execute(written, values)
        return answer.fetchall() if answer.description else answer.rowcount

    return told

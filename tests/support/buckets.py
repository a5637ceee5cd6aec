"""An S3-compatible server for tests, which looks at keys and signatures, with an empty bucket for whoever asks."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import boto3  # type: ignore[import-untyped]
from moto import settings as moto_settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

REGION, ANYTHING = "us-east-1", '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


@dataclass
class Buckets:
    """Where the server is, and the key it takes."""

    endpoint: str
    key_id: str = ""
    key: str = ""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def settings(self, **changed: Any) -> dict[str, Any]:
        """What an installation is told of a new bucket."""
        name = f"evidence-{self.endpoint.rpartition(':')[2]}-{next(self._numbers)}"
        self.client("s3").create_bucket(Bucket=name)
        return {
            "evidence_url": f"s3://{name}",
            "evidence_endpoint": self.endpoint,
            "evidence_region": REGION,
            "evidence_key_id": self.key_id,
            "evidence_key": SecretStr(self.key),
        } | changed

    def client(self, service: str) -> Any:
        """Somebody else's client of the same server."""
        keys = {"aws_access_key_id": self.key_id or "first", "aws_secret_access_key": self.key or "first"}
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, **keys)


@contextmanager
def buckets() -> Iterator[Buckets]:
    """Run one for a while; until it has drawn a key, anybody is let in."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    there = Buckets(f"http://{host}:{port}")
    anybody = moto_settings.INITIAL_NO_AUTH_ACTION_COUNT
    try:
        users = there.client("iam")
        # Servers of one process share users, and buckets, too.
        name = f"yihu-{port}"
        users.create_user(UserName=name)
        users.put_user_policy(UserName=name, PolicyName="anything", PolicyDocument=ANYTHING)
        drawn = users.create_access_key(UserName=name)["AccessKey"]
        there.key_id, there.key = drawn["AccessKeyId"], drawn["SecretAccessKey"]
        moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = ActionAuthenticatorMixin.request_count = 0
        yield there
    finally:
        moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = anybody
        server.stop()

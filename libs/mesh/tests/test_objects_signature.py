"""Our signature of a put is the `minio` client's, whatever is put where and when."""

from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import SplitResult, quote

from hypothesis import given
from hypothesis import strategies as st
from minio.credentials.credentials import Credentials
from minio.signer import sign_v4_s3
from minio.time import to_amz_date

from mesh.objects import signature

_VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
_NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20).map(
    lambda name: f"X-Amz-Meta-{name}"
)


@given(
    key=st.text(min_size=1, max_size=60),
    headers=st.dictionaries(_NAMES, _VISIBLE, max_size=6),
    body=st.binary(max_size=100),
    secret=_VISIBLE,
    now=st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year >= 1000),
)
def test_a_put_is_signed_as_the_minio_client_signs_it(
    key: str, headers: dict[str, str], body: bytes, secret: str, now: datetime
) -> None:
    path, digest = f"/documents/{quote(key.encode(errors='replace'), safe='/~')}", sha256(body).hexdigest()
    sent = {"Host": "127.0.0.1:9000", **headers}
    theirs = sign_v4_s3(
        method="PUT",
        url=SplitResult("http", "127.0.0.1:9000", path, "", ""),
        region=signature.REGION,
        headers={**sent, "x-amz-content-sha256": digest, "x-amz-date": to_amz_date(now)},
        credentials=Credentials("us", secret),
        content_sha256=digest,
        date=now,
    )
    assert signature.signed(path, sent, digest, access_key="us", secret_key=secret, now=now) == theirs

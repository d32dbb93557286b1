from __future__ import annotations

from asrun.publish.security_policy import build_policy, insert_policy

PAGE = (
    '<!doctype html><html><head><meta charset="utf-8">'
    "<script>alert(1)</script>"
    '<script src="bundle.js"></script>'
    '<script type="application/json">{"a": 1}</script>'
    "</head><body></body></html>"
)


def test_inline_scripts_are_allowed_by_their_hash_and_nothing_else_is():
    # printf 'alert(1)' | openssl dgst -sha256 -binary | base64
    digest = "bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="
    assert f"script-src 'self' 'sha256-{digest}';" in build_policy(PAGE)
    assert build_policy(PAGE).count("sha256-") == 1
    assert "unsafe" not in build_policy(PAGE)
    assert build_policy(PAGE).startswith("default-src 'none';")


def test_the_policy_stands_before_anything_is_fetched():
    html = insert_policy(PAGE)
    assert html.index("Content-Security-Policy") < html.index("<script")
    assert html.count("Content-Security-Policy") == 1


def test_another_script_is_another_policy():
    assert build_policy(PAGE) != build_policy(PAGE.replace("alert(1)", "alert(2)"))

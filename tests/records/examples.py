"""Facts as the visits room hands them over: short, ordinary, and long ones."""

from __future__ import annotations

import io
import math
from typing import Any

from PIL import Image, ImageDraw

STROKES = [
    [[60 + 9 * i, 200 + 120 * math.sin(i / 4) * (1 if i % 16 < 8 else 0.4)] for i in range(90)],
    [[90, 340], [400, 352], [860, 330]],
]
MEMO = (
    "에어클리너 하우징의 균열을 확인하여 즉시 교체를 권고하였고, "
    "교환 주기를 500시간에서 350시간으로 임시 단축하였습니다. "
)


def picture(shade: int) -> bytes:
    """A JPEG of 640 by 480, unlike any other `shade`."""
    image = Image.new("RGB", (640, 480), (140, 150 + shade % 60, 165))
    ImageDraw.Draw(image).ellipse(
        (120 + shade, 90, 430 + shade, 400), fill=(212, 140, 12), outline=(11, 37, 69), width=9
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def sample(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "number": f"S-2026-{number:05d}",
        "machine": f"785C DT-{number:02d}",
        "compartment_label": "엔진",
        "oil": "하이드로 터보 CK-4",
        "oil_grade": "15W-40",
        "taken_at": "2026-11-22T01:25:00Z",
        "machine_hours": "12451",
        "oil_hours": "217",
        "oil_hours_estimated": number % 2 == 0,
        "oil_changed_label": "아니요",
        "sample_point_label": "샘플링 밸브",
        "reason_label": "정기",
        "visual_label": "검고 탄 냄새가 남",
        "observed": "출력 저하를 호소함",
    } | changes


def facts(**changes: Any) -> dict[str, Any]:
    """One ordinary visit in Korean, as it stands in the document: with number, code and journal head."""
    return {
        "number": "V-2026-000123",
        "version": 1,
        "code": "7K2M9PQRSTVWXYZ23456",
        "journal_seq": 412,
        "journal_head": "a3" * 32,
        "company": {"name": "한빛윤활유"},
        "customer": {
            "name": "태백 석회석광산 주식회사",
            "class": "A",
            "site": "동부 채광장",
            "address": "강원특별자치도 태백시 백산로 41",
        },
        "visit": {
            "planned_at": "2026-11-22T01:00:00Z",
            "arrived_at": "2026-11-22T01:12:00Z",
            "left_at": "2026-11-22T04:48:00Z",
            "position": {"grade": "현장 도착", "distance_m": 42, "accuracy_m": 8},
            "purpose": "정기 오일 점검과 사용 지도",
            "zone": "Asia/Seoul",
        },
        "engineer": {"name": "이서준", "team": "강원 기술서비스팀"},
        "samples": [sample(7)],
        "guidance": [
            {
                "machine": "785C DT-07",
                "compartment_label": "엔진",
                "topics": ["교환 주기", "필터"],
                "text": MEMO * 2,
                "drain_h": 350,
                "follow_up_on": "2026-12-20",
            },
        ],
        "photos": [],
        "customer_signature": {
            "name": "김도현",
            "role": "정비과장",
            "satisfaction": 4,
            "satisfaction_label": "만족",
            "signed_at": "2026-11-22T04:44:00Z",
            "strokes": STROKES,
            "typed": False,
            "consent": "위 내용을 확인하였으며, 이 서명이 자필 서명과 같은 효력을 갖는 데 동의합니다.",
            "digest": "5c" * 32,
        },
        "submitted_at": "2026-11-22T04:50:00Z",
    } | changes


def english() -> dict[str, Any]:
    ordinary = facts()
    return ordinary | {
        "customer": {
            "name": "Northern Quarry Ltd",
            "class": "B",
            "site": "East Pit",
            "address": "41 Baeksan-ro, Taebaek",
        },
        "engineer": {"name": "Seo-jun Lee", "team": "Gangwon field service"},
        "visit": ordinary["visit"]
        | {"purpose": "Regular oil check", "position": {"grade": "At the site", "distance_m": 42, "accuracy_m": 8}},
        "samples": [
            sample(
                7,
                compartment_label="Engine",
                oil="Hydro Turbo CK-4",
                oil_changed_label="No",
                sample_point_label="Valve",
                reason_label="Routine",
                visual_label="Dark, smells burnt",
                observed="Loss of power reported",
            )
        ],
        "guidance": [
            {
                "machine": "785C DT-07",
                "compartment_label": "Engine",
                "topics": ["Drain interval"],
                "follow_up_on": None,
                "text": "Shorten the drain interval from 500 to 350 hours until the next result.",
            }
        ],
        "customer_signature": ordinary["customer_signature"]
        | {
            "name": "Kim Do-hyun",
            "role": "Workshop manager",
            "strokes": None,
            "typed": True,
            "satisfaction_label": "Good",
            "consent": "I have read the above and agree that this signature binds.",
        },
    }


def long(photos: list[str]) -> dict[str, Any]:
    """Eight samples, pages of guidance, and what people type: emoji, Chinese, endless words, blanks, other scripts."""
    odd = "😀👍🏽 潤滑油 润滑油检测 ไทย العربية " + "가나다라마바사" * 14 + " "
    odd += "Donaudampfschifffahrt" * 8 + " \u202egnorw\u202c"
    return facts() | {
        "samples": [sample(n, observed=MEMO if n % 3 == 0 else "") for n in range(1, 9)],
        "guidance": [
            {
                "machine": "EX-360 #3",
                "compartment_label": "유압",
                "topics": ["청정도", "보관"],
                "text": text,
                "follow_up_on": None,
            }
            for text in (MEMO * 12, odd, "첫 줄\n둘째 줄\n\n넷째 줄", MEMO * 3)
        ],
        "photos": [
            {"sha256": sha, "caption": MEMO if n == 2 else f"785C DT-0{n} 전경", "width": 640, "height": 480}
            for n, sha in enumerate(photos)
        ],
    }


def every_part(photos: list[str]) -> dict[str, Any]:
    """A visit at which everything was done, with photos from before and after."""
    step = {"kind": "settled", "kind_label": "해결", "text": MEMO, "at": "2026-11-22T03:00:00Z"}
    said = [["추천 오일", "하이드로 터보 CK-4 · 15W-40"], ["혼용", "혼용 금지. 배출 후 세척합니다."]]
    stages = "작업 전", "작업 후"
    site = {"machine": "", "compartment_label": "", "topics": ["동절기 준비"], "text": MEMO, "drain_h": None}
    case = {"number": "C-2026-000012", "category_label": "성능", "received_at": "2026-11-21T01:00:00Z", "asks": "교환"}
    return facts(
        samples=[sample(n) for n in range(3)],
        guidance=[*facts()["guidance"], {**site, "follow_up_on": "2026-12-14", "said": said}],
        photos=[
            {"sha256": sha, "caption": f"사진 {n}", "width": 640, "height": 480, "stage_label": stages[n % 2]}
            for n, sha in enumerate(photos)
        ],
        complaints=[
            {
                **case, "description": MEMO, "heard": False,
                "steps": [
                    {**step, "kind": "cause", "kind_label": "원인", "customer_word_label": ""},
                    {**step, "customer_word_label": "수용", "accepted_by": "김도현"},
                ],
            },
            {**case, "number": "C-2026-000013", "description": "뚜껑 찌그러짐", "asks": "", "heard": True, "steps": []},
        ],
        trainings=[{"topic": "그리스 혼용", "minutes": 40, "people_count": 6, "attended": "김도현, 박정수"}],
        findings=[
            {"machine": "785C DT-07", "level": "act", "level_label": "즉시 조치", "text": MEMO * 2},
            {"machine": "", "level": "good", "level_label": "양호", "text": "창고 청결"},
        ],
        promises=[{"text": "씰 교체 입회", "due_on": "2026-11-30", "by": "이서준"}],
        left=[{"text": "필터 점검"}],
        finished=[{"text": "브리더 교체"}],
    )  # fmt: skip

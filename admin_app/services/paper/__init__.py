"""Paper: plain values in, PDF bytes out.

    from admin_app.services.paper.render import MissingGlyph, Paper, PaperFailed, render

    paper = render("certificate", values, sample=is_demo)
    paper.pdf, paper.sha256, paper.pages

The same values give the same bytes on the same machine; nothing is read but the values (no
clock, no database, no request), so the caller stores `paper.pdf` and never renders it again.
`MissingGlyph` is a DomainError that names the characters no font can print; `PaperFailed` is
a defect or a machine too slow. Dates are ISO strings, moments never appear, minutes are whole
numbers; every key is required, `None` where a line allows it; text of at most 200 characters.

The certificate, `render("certificate", …)`:

    {
        "number": "ZM2026-44082310-000123",
        "code": "Y4MP-YFN2",                       # check code, as printed
        "name": "扎西堃",
        "id_type": "居民身份证",
        "id_masked": "533***************",         # or the full number at the person's request
        "volunteer_number": "44082310622301-0042",
        "since": "2026-01-03",                     # first and last day that the paper covers
        "until": "2026-10-30",
        "times": 8,
        "minutes": 2070,
        "rows": [                                  # at most 2,000, in the order to print
            {
                "served_on": "2026-01-10",
                "start": "09:00",                  # civil time, "24:00" allowed
                "end": "12:00",
                "activity": "困境儿童“微心愿”送达",
                "content": "入户走访、送达物资",      # "" where nothing more is known
                "category": "关爱未成年人",
                "organizer": "建塘社区志愿服务站",     # 组织（记录）单位
                "minutes": 180,
            },
        ],
        "remarks": ["其中 2 条由单人经办。"],        # 其他需要说明的事项; [] prints 无
        "issuer": "香格里拉市建塘镇建塘社区志愿服务站",
        "leader": "",                              # 负责人 beside the place for the signature
        "handler": "",                             # 经办人, the same
        "phone": "0887-8220000",
        "issued_on": "2026-11-22",
        "seal": None,                              # or the office's image, data:image/png;base64,…
        "verify_url": None,                        # or the address in the QR code
        "verify_text": "zy.example.gov.cn/verify", # address to type beside number and code; None
    }

The monthly report, `render("report_month", …)`:

    {
        "place": "香格里拉市建塘镇",                  # the station or the area
        "level": "township",                       # station, township, county, prefecture
        "month": "2026-10",
        "activities": 12,
        "asked": {"low": 2, "high": 3},            # per station and month; None prints 未设
        "asked_basis": "湛文明办〔2018〕31号",       # "" where nothing is asked
        "stations_total": 4,                       # 1 for a station
        "stations_reaching": 3,                    # stations at or above "low"; or None
        "attendances": 240,                        # 人次
        "participants": 180,                       # distinct persons
        "minutes": 36870,
        "registered_new": 12,
        "registered_total": 1204,
        "extras": [{"label": "占常住人口", "value": "18.6%"}],   # at most 6
        "categories": [                            # in the order to print, zero rows left out
            {
                "code": "03",
                "name": "为老服务",
                "activities": 4,
                "attendances": 80,
                "minutes": 9000,
            },
        ],
        "trend": [{"label": "9月", "minutes": 30120}, {"label": "10月", "minutes": 36870}],
                                                   # last months, this one last; [] for no chart
        "stations": [                              # per-station rows; [] for a station's own report
            {
                "name": "建塘社区志愿服务站",
                "area": "建塘镇",                   # the place between; "" in a township
                "activities": 3,
                "asked": {"low": 2, "high": 3},    # None prints 未设
                "attendances": 60,
                "participants": 41,
                "minutes": 9215,
                "registered_new": 3,
                "registered_total": 310,
            },
        ],
        "activity_rows": [                         # activities of a station; [] for an area
            {
                "date": "2026-10-03",
                "name": "候鸟栖息地巡护与监测",
                "category": "生态环保",
                "site": "纳帕海",
                "attendances": 20,
                "minutes": 3600,
            },
        ],
        "remarks": [],                             # 说明, printed under the tables
        "compiler": "",                            # 填表人, printed beside the place to sign
        "leader": "",                              # 负责人, the same
        "phone": "0887-8220000",
        "compiled_on": "2026-11-05",               # 填报日期
    }
"""

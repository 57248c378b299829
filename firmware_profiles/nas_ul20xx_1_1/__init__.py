"""NAS UL20xx luminaire controllers, firmware 1.1.x (Nordic Automation Systems).

Layouts, limits and vectors: github nasys/nas-codecs 4691977 (MIT, copyright 2022 Nordic Automation
Systems) and docs.nasys.no, by way of this project's device reference. The bytes are our own work.
"""

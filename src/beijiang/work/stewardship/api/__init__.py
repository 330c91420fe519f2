"""/api/v1/stewardship: files in pieces, drafts, runs, datasets and data elements."""

from ninja import Router

from .datasets import router as datasets
from .drafts import router as drafts
from .uploads import router as uploads

router = Router()
router.add_router("", uploads)
router.add_router("", drafts)
router.add_router("", datasets)

__all__ = ["router"]

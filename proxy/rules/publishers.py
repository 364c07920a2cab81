"""Which Referer well-known publishers want, and the rungs of ``referer = "auto"``.

Facts read in public projects, named beside each; they speak where the operator set nothing, and
admit no host (``hosts.py`` does). Reads the public suffix list, a file of its package, when it is
first needed.
"""

from functools import cache

from publicsuffixlist import PublicSuffixList

from proxy.model.order import Source
from proxy.rules.policy import domains_above

# By domain, for it and all below. What wants no Referer at all needs no row, "none" is the first
# rung: csdnimg.cn (github.com/halo-dev/halo/issues/4077), jianshu.io
# (github.com/tianmingyun/MasterBitcoin2CN/issues/53), images of cnblogs.com
# (github.com/ltimon/dianping-react/issues/2). Nor what wants its own site, as woshipm.com.
PUBLISHERS: dict[str, tuple[str, ...]] = {
    # weibo's own pages or none: github.com/DIYgod/RSSHub/issues/10874
    "sinaimg.cn": ("https://weibo.com/",),
    # with the above: github.com/Rongronggg9/rsstt-img-relay/pull/7 (its weiboCDN)
    "weibocdn.com": ("https://weibo.com/",),
    # jandan's pictures: github.com/DIYgod/RSSHub/issues/11528
    "moyu.im": ("http://i.jandan.net/",),
    # WeChat; a placeholder for others: github.com/wechat-article/wechat-article-exporter/issues/21;
    # the Referer: github.com/imfht/phpsourcecode, we7coreteam/…/web/source/utility/wxcode.ctrl.php
    "qpic.cn": ("http://www.qq.com",),
    "qlogo.cn": ("http://www.qq.com",),
    # 418 without one: github.com/jxxghp/MoviePilot/pull/6661,
    # github.com/talebook/talebook/issues/581
    "doubanio.com": ("https://movie.douban.com/", "https://book.douban.com/"),
    # github.com/izzyleung/ZhihuDailyPurify/issues/24
    "zhimg.com": ("http://daily.zhihu.com/",),
    # pixiv: github.com/upbit/pixivpy/issues/34, github.com/mixmoe/HibiAPI/issues/325
    "pximg.net": ("https://www.pixiv.net/", "https://app-api.pixiv.net/"),
    # bilibili; foreign ones are refused: github.com/DIYgod/RSSHub/issues/1297; what it wants:
    # github.com/SocialSisterYi/bilibili-API-collect/issues/179
    "hdslb.com": ("https://www.bilibili.com",),
    # 403 without one: github.com/Rongronggg9/rsstt-img-relay/pull/7,
    # github.com/l0ng-ai/papr/pull/21
    "sspai.com": ("https://sspai.com/",),
    # github.com/RSSNext/Follow, packages/shared/src/image.ts
    "cdninstagram.com": ("https://www.instagram.com",),
    "hellogithub.com": ("https://hellogithub.com",),
    # github.com/feiruo/userChromeJS, RefererChange/_refererChange.js
    "autoimg.cn": ("http://club.autohome.com.cn/",),
}


def rungs(source: Source) -> tuple[str | None, ...]:
    """Return the Referers to try for a source, the least telling first; None: none is sent.

    None, the origin itself, the site its domain is registered for, what the publisher is known to
    want (design §7).
    """
    own = f"{source.scheme}://{source.authority}/"
    if source.literal:
        return (None, own)
    registered = _suffixes().privatesuffix(source.host)
    roots = (f"https://www.{registered}/", f"https://{registered}/") if registered else ()
    known = (source.host, *domains_above(source.host))
    listed = next((PUBLISHERS[domain] for domain in known if domain in PUBLISHERS), ())
    return tuple(dict.fromkeys((None, own, *roots, *listed)))


@cache
def _suffixes() -> PublicSuffixList:
    """Return the list; some 40 ms, once."""
    return PublicSuffixList()

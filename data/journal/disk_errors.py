"""What hinders a program at the disk, in words."""

import errno
from collections.abc import Mapping

WORDS: Mapping[int, str] = {
    errno.ENOSPC: "磁盘已满，请清理后再试",
    errno.EDQUOT: "磁盘配额已用完，请清理后再试",
    errno.EFBIG: "文件超过系统允许的大小",
    errno.EROFS: "该位置只读",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EIO: "磁盘读写出错，请检查磁盘",
    errno.EMFILE: "打开的文件过多，请稍后再试",
    errno.ENFILE: "打开的文件过多，请稍后再试",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.ENOENT: "文件或文件夹不存在",
    errno.EBUSY: "正被其他程序占用",
    errno.ENAMETOOLONG: "名称过长",
    errno.ESTALE: "网络磁盘的连接已失效",
}


def disk_words(error: OSError) -> str:
    """The reason in Chinese; one that is not known here as the system says it."""
    return WORDS.get(error.errno or 0, error.strerror or str(error) or "读写出错")

namespace Ferry.Storage.Disk;

/// <summary>
/// The errors of system calls that are told apart, by their names in errno(3). The numbers are Linux's; where macOS has
/// another for one that matters, its name says so.
/// </summary>
public static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EEXIST = 17;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int EFBIG = 27;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int ENAMETOOLONG = 36;
    public const int ENOSYS = 38;
    public const int ELOOP = 40;
    public const int EILSEQ = 84;
    public const int EOPNOTSUPP = 95;
    public const int EDQUOT = 122;
    public const int MacEAGAIN = 35;
    public const int MacENAMETOOLONG = 63;
    public const int MacEDQUOT = 69;
}

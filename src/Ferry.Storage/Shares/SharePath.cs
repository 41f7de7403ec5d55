using Ferry.Storage.Disk;

namespace Ferry.Storage.Shares;

/// <summary>Checks that a path may be shared, before anything is changed, so that the user is told at once.</summary>
internal static class SharePath
{
    /// <param name="path">Without links.</param>
    /// <param name="asTyped">For the sentence.</param>
    /// <exception cref="ShareException">The path may not be shared.</exception>
    internal static void Check(string path, string asTyped, ShareIndexOptions options)
    {
        var kind = FileStamps.Read(path).Kind;
        if (kind == FileKind.Missing)
            throw new ShareException(ShareFailure.NotFound, $"{asTyped} does not exist: check the spelling");
        if (kind is not (FileKind.File or FileKind.Folder))
        {
            throw new ShareException(
                ShareFailure.NotReadable,
                $"{asTyped} is neither a file nor a folder that this user may look at: give this user the right to");
        }
        if (path == options.Home || (kind == FileKind.File && Path.GetDirectoryName(path) == options.Home))
        {
            throw new ShareException(
                ShareFailure.NotAllowed, $"{asTyped} holds this node's key and log: share another folder");
        }
        if (kind == FileKind.File ? NodeKeys.IsName(path) : NodeKeys.LiesIn(path))
        {
            var holds = kind == FileKind.File ? "is" : "holds";
            throw new ShareException(
                ShareFailure.NotAllowed,
                $"{asTyped} {holds} the key of a node, with which others could pretend to be that node: "
                    + "it is never offered, share another folder");
        }
        try
        {
            if (kind == FileKind.Folder) _ = Directory.EnumerateFileSystemEntries(path).Any();
            else File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ShareException(
                ShareFailure.NotReadable,
                $"{asTyped} cannot be read ({exception.Message}): give this user the right to",
                exception);
        }
    }
}

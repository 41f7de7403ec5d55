namespace Ferry.Storage.Trees;

internal enum EntryKind : byte { Folder = 1, File = 2, Link = 3 }

/// <summary>A line of a <see cref="FolderListing"/>.</summary>
/// <param name="Path">From the folder down, its parts separated by <c>/</c>.</param>
internal sealed record FolderEntry(string Path, EntryKind Kind)
{
    /// <summary>Of a file: its owner may run it.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Of a file: only its owner may read it.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Of a file, in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Of a file, as <see cref="Protocol.Content.FileTraits.Modified"/>.</summary>
    public long Modified { get; init; }

    /// <summary>Of a file: where its bytes begin in the content. Files with the same bytes may share them.</summary>
    public long Offset { get; init; }

    /// <summary>Of a link: what it leads to, as it is written in it.</summary>
    public string Target { get; init; } = "";

    public long End => Offset + Size;

    /// <summary>The path of the folder that it lies in; empty for the top.</summary>
    public string Above => Path.LastIndexOf('/') is var slash and >= 0 ? Path[..slash] : "";

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

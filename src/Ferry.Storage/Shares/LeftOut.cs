namespace Ferry.Storage.Shares;

/// <summary>Why something below a shared folder is not offered although it can be read.</summary>
public enum LeftOutKind
{
    /// <summary>A file or folder whose name begins with a dot, in a share without hidden files.</summary>
    Hidden,

    /// <summary>A symbolic link inside a shared folder.</summary>
    Link,

    /// <summary>A folder that holds the key of a node, with all that is in it.</summary>
    KeyFolder,

    /// <summary>A device, a pipe or a socket.</summary>
    Special,

    /// <summary>The partial file of a download.</summary>
    Partial,

    /// <summary>A file beyond the number that is offered.</summary>
    Excess,
}

/// <summary>How many of each kind the last walk over a share left out; a folder counts once.</summary>
public sealed class LeftOut
{
    private readonly long[] _counts = new long[Enum.GetValues<LeftOutKind>().Length];

    public long this[LeftOutKind kind] => _counts[(int)kind];

    internal void Add(LeftOutKind kind) => _counts[(int)kind]++;
}

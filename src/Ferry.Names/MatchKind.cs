namespace Ferry.Names;

/// <summary>How well a name fits a query; a later kind is better than any earlier one.</summary>
public enum MatchKind
{
    None,

    /// <summary>At least 0.8 alike: a typo (see <see cref="EditDistance"/>).</summary>
    Similar,

    /// <summary>The query is part of the relative path, whatever the case.</summary>
    Substring,

    /// <summary>The query's wildcards fit, whatever the case (see <see cref="Glob"/>).</summary>
    Glob,

    /// <summary>The file name or the whole relative path, but for the case.</summary>
    IgnoreCase,

    /// <summary>The file name or the whole relative path.</summary>
    Exact,
}

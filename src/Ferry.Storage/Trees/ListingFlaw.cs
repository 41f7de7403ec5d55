namespace Ferry.Storage.Trees;

/// <summary>Why bytes are no <see cref="FolderListing"/>.</summary>
internal enum ListingFlaw
{
    None,

    /// <summary>They do not begin as a listing does, or end too early or too late.</summary>
    Form,

    /// <summary>More than <see cref="FolderListing.BytesMax"/>, as they are or of paths.</summary>
    TooLong,

    /// <summary>More entries than <see cref="FolderListing.EntriesMax"/>.</summary>
    TooMany,

    /// <summary>An entry of no known kind, or with flags that its kind does not have.</summary>
    Kind,

    /// <summary>Not UTF-8, too long, too deep, absolute, or with a part that is empty, <c>.</c> or <c>..</c>.</summary>
    Path,

    /// <summary>Paths that are not in order, or one that comes twice.</summary>
    Order,

    /// <summary>An entry lies in something that is not listed as a folder.</summary>
    Parent,

    /// <summary>A link that leads to nothing that could be a path.</summary>
    Target,

    /// <summary>Bytes of a file outside the content.</summary>
    Range,

    /// <summary>Something that is not zeros between the files.</summary>
    Gap,

    /// <summary>All files together are larger than the content can account for.</summary>
    Size,
}

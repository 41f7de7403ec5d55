namespace Ferry.Storage.Shares;

/// <summary>
/// What the index knows below a path, passed in step with a walk over the disk: both are in the order of
/// <see cref="PathOrder"/>, so that neither need be in memory.
/// </summary>
/// <param name="entries">In order.</param>
internal sealed class KnownEntries(IEnumerable<FileEntry> entries) : IDisposable
{
    private readonly IEnumerator<FileEntry> _rows = entries.GetEnumerator();

    /// <summary>
    /// What is no file has no stamp: a folder that cannot be listed. Its own row comes before its place in the walk.
    /// </summary>
    private readonly Dictionary<string, FileEntry> _folders = new(StringComparer.Ordinal);
    private bool _isAtRow;

    /// <summary>The entry of the path, which the walk has found.</summary>
    /// <param name="gone">Takes the entries before it, which the walk has not found.</param>
    internal FileEntry? Take(string path, List<FileEntry> gone)
    {
        while (_isAtRow || _rows.MoveNext())
        {
            var row = _rows.Current;
            var order = PathOrder.Instance.Compare(row.Path, path);
            _isAtRow = order > 0;
            if (_isAtRow) break;
            if (order == 0) return row;
            if (row.Stamp == default) _folders[row.Path] = row;
            else gone.Add(row);
        }
        return _folders.Remove(path, out var folder) ? folder : null;
    }

    /// <summary>All that the walk has not found up to its end.</summary>
    internal IEnumerable<FileEntry> Rest()
    {
        if (_isAtRow) yield return _rows.Current;
        while (_rows.MoveNext()) yield return _rows.Current;
        foreach (var folder in _folders.Values) yield return folder;
    }

    public void Dispose() => _rows.Dispose();
}

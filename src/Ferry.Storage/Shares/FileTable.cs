using System.Collections.Concurrent;
using Ferry.Protocol.Content;
using Ferry.Storage.Disk;
using Ferry.Storage.Trees;

namespace Ferry.Storage.Shares;

/// <summary>
/// All entries, by root and path, and by content. They are rows of the index; in memory are the roots and what their
/// files add up to. Lists are read a page at a time, each page as it is then. Safe for several threads.
/// </summary>
internal sealed class FileTable
{
    private const int PageFiles = 500;

    private readonly IndexDatabase _database;
    private readonly ConcurrentDictionary<long, ShareRoot> _roots = [];
    private readonly Lock _gate = new();
    private readonly Dictionary<ShareRoot, FileTotals> _totals = [];
    private long _files;

    internal FileTable(IndexDatabase database)
    {
        _database = database;
        _database.Moved += (_, _) => Count();
    }

    /// <summary>Of all roots.</summary>
    internal long Files
    {
        get
        {
            lock (_gate) return _files;
        }
    }

    internal void Load(long filesMax)
    {
        _database.Write(at => at.InTransaction(() =>
        {
            FileRows.Clean(at, filesMax);
            return true;
        }));
        foreach (var root in _database.Roots()) _roots.TryAdd(root.Id, root);
        Count();
    }

    internal void AddRoot(ShareRoot root) => _roots.TryAdd(root.Id, root);

    /// <summary>From here on it is not served; its files are swept away later.</summary>
    internal void RemoveRoot(ShareRoot root)
    {
        _roots.TryRemove(root.Id, out _);
        lock (_gate)
        {
            if (_totals.Remove(root, out var totals)) _files -= totals.Files;
        }
    }

    /// <summary>Some of the files of a root that was removed; false when there are none left.</summary>
    internal bool TrySweep(ShareRoot root) => _database.Write(at => at.Run(
        "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE root = $root LIMIT 5000)", ("$root", root.Id))) > 0;

    /// <summary>In the order of their paths.</summary>
    internal IReadOnlyList<ShareRoot> Roots() =>
        [.. _roots.Values.OrderBy(root => root.Path, StringComparer.Ordinal)];

    internal ShareRoot? FindRoot(string path) => _roots.Values.FirstOrDefault(root => root.Path == path);

    /// <summary>A root that stands for the target, whatever its own path is.</summary>
    internal ShareRoot? FindRootOf(string target) => _roots.Values.FirstOrDefault(root => root.Target == target);

    internal bool Has(ShareRoot root) => _roots.ContainsKey(root.Id);

    internal FileTotals TotalsOf(ShareRoot root)
    {
        lock (_gate) return _totals.GetValueOrDefault(root);
    }

    internal FileEntry? Find(ShareRoot root, string path) =>
        _database.Write(at => FileRows.Find(at, root, path).Entry);

    /// <summary>
    /// The entries of the folder and all below it, in the order of <see cref="PathOrder"/>; of the whole root when
    /// <paramref name="folder"/> is null.
    /// </summary>
    internal IEnumerable<FileEntry> Within(ShareRoot root, string? folder)
    {
        var isAll = folder is null || Path.EndsInDirectorySeparator(folder);
        if (!isAll && Find(root, folder!) is { } own) yield return own;
        // Behind the folder's own path come those that begin with it and a separator, up to the next character.
        var after = isAll ? "" : folder + Path.DirectorySeparatorChar;
        // Bytes come after every text.
        object before = isAll ? Array.Empty<byte>() : folder + (char)(Path.DirectorySeparatorChar + 1);
        while (true)
        {
            var page = Page(
                "root = $root AND path > $after AND path < $before ORDER BY path",
                ("$root", root.Id), ("$after", after), ("$before", before));
            foreach (var (_, entry) in page)
            {
                if (entry is null) yield break; // Unshared meanwhile.
                after = entry.Path;
                yield return entry;
            }
            if (page.Count < PageFiles) yield break;
        }
    }

    /// <summary>The same file, hashed already as part of another root.</summary>
    internal FileEntry? Duplicate(FileEntry entry)
    {
        foreach (var root in _roots.Values)
        {
            var mayHaveIt = root != entry.Root && (root.IsDownloads || Folders.IsWithin(entry.Path, root.Target));
            if (!mayHaveIt || Find(root, entry.Path) is not { State: ShareState.Ready } duplicate) continue;
            if (duplicate.Stamp == entry.Stamp) return duplicate;
        }
        return null;
    }

    /// <summary>In an order that does not depend on when they were hashed, so long as none comes before them.</summary>
    /// <param name="fileName">Only files of this name; null for any.</param>
    internal IEnumerable<FileEntry> Ready(ContentId content, string? fileName = null)
    {
        long after = 0;
        var tail = fileName is null ? null : Path.DirectorySeparatorChar + fileName;
        var folderTail = tail + Path.DirectorySeparatorChar;
        while (true)
        {
            var page = Page(
                $"""
                {FileRows.HasContent} AND state = 1 AND id > $after
                    AND ($tail IS NULL OR substr(path, -length($tail)) = $tail
                        OR substr(path, -length($folderTail)) = $folderTail) ORDER BY id
                """,
                ("$content", content.Hash.ToArray()), ("$after", after), ("$tail", tail), ("$folderTail", folderTail));
            foreach (var (id, entry) in page)
            {
                after = id;
                if (entry is not null) yield return entry;
            }
            if (page.Count < PageFiles) yield break;
        }
    }

    /// <summary>
    /// A file had the content when it was last hashed: it was found changed, or is about to be, since who asks has seen
    /// that nothing ready is left as it was.
    /// </summary>
    internal bool IsInDoubt(ContentId content) => _database.Write(at => at.Ask(
        $"SELECT 1 FROM files WHERE {FileRows.HasContent} AND state IN (1, 2) LIMIT 1",
        ("$content", content.Hash.ToArray()))) is not null;

    /// <summary>A page of the entries of the state, after the row; it ends with the row to go on from.</summary>
    internal List<(long Id, FileEntry? Entry)> Unhashed(ShareState state, long after) => Page(
        "state = $state AND state <> 1 AND id > $after ORDER BY id",
        ("$state", (long)state), ("$after", after));

    /// <summary>Why files of the root are unreadable, each reason once; of no more than the first few files.</summary>
    internal IReadOnlyList<string> Reasons(ShareRoot root) =>
        [.. Page("state = 3 AND state <> 1 AND root = $root", ("$root", root.Id))
            .Select(row => row.Entry?.Reason).OfType<string>().Distinct()];

    /// <summary>Calls <paramref name="visit"/> for each entry that is ready, or that is not hashed yet.</summary>
    internal T Search<T>(bool isReady, Func<T> begin, Action<T, NamedRow> visit) => _database.Search(at =>
    {
        var found = begin();
        using var rows = at.Prepare(isReady
            ? "SELECT id, root, path, content FROM files WHERE state = 1"
            : "SELECT id, root, path, content FROM files WHERE state IN (0, 2) AND state <> 1").ExecuteReader();
        while (rows.Read())
        {
            if (!_roots.TryGetValue(rows.GetInt64(1), out var root)) continue;
            var name = root.NameOf(rows.GetString(2));
            visit(found, new NamedRow(rows.GetInt64(0), name, IndexConnection.ContentAt(rows, 3)));
        }
        return found;
    });

    /// <summary>Null when it has gone meanwhile.</summary>
    internal FileEntry? Find(long id) => Page("id = $id", ("$id", id)).FirstOrDefault().Entry;

    /// <returns>Those that were changes of current entries; no other was made.</returns>
    /// <param name="folder">Kept with them: how a folder's content is read.</param>
    internal IReadOnlyList<EntryChange> Make(
        IEnumerable<EntryChange> changes, IReadOnlyList<Manifest> manifests,
        (string Path, FolderMap Map)? folder = null)
    {
        var made = _database.Write(at => at.InTransaction(() =>
        {
            List<EntryChange> made =
                [.. changes.Where(change => Has(change.Either.Root) && FileRows.TryMake(at, change))];
            if (made.Count == 0) return made;
            foreach (var manifest in manifests) IndexDatabase.Keep(at, manifest);
            if (folder is var (path, map)) IndexDatabase.Keep(at, path, manifests[0].Id, map);
            return made;
        }));
        lock (_gate)
        {
            _files += made.Sum(change => FileTotals.Count(change.New) - FileTotals.Count(change.Old));
            foreach (var change in made)
                _totals[change.Either.Root] = _totals.GetValueOrDefault(change.Either.Root).After(change);
        }
        return made;
    }

    private void Count()
    {
        var sums = _database.Search(at =>
        {
            var sums = new List<(long Root, ShareState State, long Files, long Bytes)>();
            using var rows = at.Prepare(
                """
                SELECT root, state, count(*), sum(size) FROM files WHERE substr(path, -1) <> $end GROUP BY root, state
                """,
                ("$end", Path.DirectorySeparatorChar.ToString())).ExecuteReader();
            while (rows.Read())
                sums.Add((rows.GetInt64(0), (ShareState)rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
            return sums;
        });
        lock (_gate)
        {
            _totals.Clear();
            foreach (var sum in sums)
            {
                if (!_roots.TryGetValue(sum.Root, out var root)) continue;
                _totals[root] = _totals.GetValueOrDefault(root).Plus(sum.State, sum.Files, sum.Bytes);
            }
            _files = _totals.Values.Sum(totals => totals.Files);
        }
    }

    /// <summary>Rows of a root that is shared no more have no entry.</summary>
    private List<(long Id, FileEntry? Entry)> Page(
        string where, params (string Name, object? Value)[] arguments) => _database.Write(at =>
    {
        var sql = $"SELECT {FileRows.Columns} FROM files WHERE {where} LIMIT {PageFiles}";
        using var rows = at.Prepare(sql, arguments).ExecuteReader();
        var page = new List<(long, FileEntry?)>();
        while (rows.Read())
        {
            var isShared = _roots.TryGetValue(rows.GetInt64(1), out var root);
            page.Add((rows.GetInt64(0), isShared ? FileRows.Read(rows, root!) : null));
        }
        return page;
    });
}

/// <param name="Content">Null when it is not hashed yet.</param>
internal readonly record struct NamedRow(long Id, string Name, ContentId? Content);

using Ferry.App.Control;
using Ferry.App.Output;
using Ferry.Runtime;

namespace Ferry.App.Commands;

/// <summary>
/// The things there are of a kind: on the disk, and what the node knows. Somebody waits with a finger on the Tab key: a
/// node that does not run, or does not answer soon, has no names.
/// </summary>
internal sealed class ValueNames(INode node, string home, CommandTable table, TimeProvider time)
{
    private const int NamesMax = 2_000;

    /// <summary>A folder of a million files is not sorted for a Tab.</summary>
    private const int EntriesMax = 50_000;

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <returns>Those that begin with the word, each once.</returns>
    public async Task<IReadOnlyList<Candidate>> OfAsync(ValueKinds kinds, string typed, CancellationToken cancel)
    {
        var found = new List<Candidate>();
        if (kinds.HasFlag(ValueKinds.Command))
        {
            found.AddRange(table.Shown.Select(command => new Candidate(command.Name, command.Summary)));
        }
        if (kinds.HasFlag(ValueKinds.Found)) found.AddRange(Found(typed));
        if (kinds.HasFlag(ValueKinds.Near)) found.AddRange(Last(LastNames.Near(home)));
        if (kinds.HasFlag(ValueKinds.Node)) found.AddRange(await AskAsync(NodesAsync, cancel));
        if (kinds.HasFlag(ValueKinds.Joined)) found.AddRange(await AskAsync(JoinedAsync, cancel));
        if (kinds.HasFlag(ValueKinds.Share)) found.AddRange(await AskAsync(SharesAsync, cancel));
        if (kinds.HasFlag(ValueKinds.Transfer)) found.AddRange(await AskAsync(TransfersAsync, cancel));
        found.RemoveAll(candidate => !candidate.Word.StartsWith(typed, StringComparison.Ordinal));
        if ((kinds & (ValueKinds.Path | ValueKinds.Folder)) != ValueKinds.None)
        {
            found.AddRange(Entries(typed, foldersOnly: !kinds.HasFlag(ValueKinds.Path)));
        }
        // Others have chosen names: what a terminal would obey is not offered.
        return [.. found.Where(each => each.Word.Length > 0 && SafeText.Clean(each.Word) == each.Word)
            .DistinctBy(candidate => candidate.Word).Take(NamesMax)];
    }

    /// <summary>A file in a folder is asked for by its whole name or by the last part of it.</summary>
    private IEnumerable<Candidate> Found(string typed)
    {
        var names = Last(LastNames.Found(home)).ToList();
        return typed.Length == 0 ? names : names.Concat(
            names.Select(name => new Candidate(name.Word[(name.Word.LastIndexOf('/') + 1)..])));
    }

    private static IEnumerable<Candidate> Last(LastNames names) => names.All().Select(name => new Candidate(name));

    /// <summary>By its nickname where that means one node, else by the beginning of its id.</summary>
    private async Task<IEnumerable<Candidate>> NodesAsync(CancellationToken cancel)
    {
        var peers = (await node.PeersAsync(cancel)).Where(peer => peer.Node.Length > 0).ToList();
        var shared = peers.GroupBy(peer => peer.Nickname).Where(group => group.Count() > 1 || group.Key.Length == 0)
            .Select(group => group.Key).ToHashSet();
        return peers.Select(peer => shared.Contains(peer.Nickname)
            ? new Candidate(ShortId.Of(peer.Node), peer.Nickname)
            : new Candidate(peer.Nickname, peer.Fingerprint));
    }

    private async Task<IEnumerable<Candidate>> JoinedAsync(CancellationToken cancel) =>
        (await node.StatusAsync(cancel)).Joined.Select(address => new Candidate(address, "joined"));

    private async Task<IEnumerable<Candidate>> SharesAsync(CancellationToken cancel) =>
        (await node.StatusAsync(cancel)).Shares.Select(share => new Candidate(
            share.Root, $"{Units.Count(share.Files, "file", "files")}, {Units.Size(share.Bytes)}"));

    private async Task<IEnumerable<Candidate>> TransfersAsync(CancellationToken cancel) =>
        (await node.TransfersAsync(cancel)).Select(transfer => new Candidate(
            ShortId.Of(transfer.Transfer),
            $"{transfer.Direction.Name()} of {transfer.Name}, {Units.Percent(transfer.DoneBytes, transfer.Size)} %"));

    private async Task<IEnumerable<Candidate>> AskAsync(
        Func<CancellationToken, Task<IEnumerable<Candidate>>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, AnswerTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await ask(limit.Token);
        }
        catch (Exception e) when (e is NoNodeException or FerryException ||
            (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return [];
        }
    }

    /// <summary>As the word spells them, so that <c>~/M</c> becomes <c>~/Maps/</c>.</summary>
    private static List<Candidate> Entries(string typed, bool foldersOnly)
    {
        var cut = typed.LastIndexOf('/') + 1;
        var (folder, begin) = (typed[..cut], typed[cut..]);
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };
        try
        {
            return [.. new DirectoryInfo(Paths.Full(cut == 0 ? "." : folder)).EnumerateFileSystemInfos("*", options)
                .Take(EntriesMax)
                .Where(entry => entry.Name.StartsWith(begin, StringComparison.Ordinal))
                .Where(entry => begin.Length > 0 || !entry.Name.StartsWith('.'))
                .Select(entry => (entry.Name, IsFolder: Directory.Exists(entry.FullName)))
                .Where(entry => entry.IsFolder || !foldersOnly)
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Take(NamesMax)
                .Select(entry => (Word: folder + entry.Name, entry.IsFolder))
                .Select(entry => new Candidate(entry.Word + (entry.IsFolder ? "/" : ""), "", !entry.IsFolder))];
        }
        catch (Exception e) when (e is FerryException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            // No folder that can be looked into.
            return [];
        }
    }
}

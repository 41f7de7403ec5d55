using Ferry.Protocol.Content;
using Ferry.Protocol.Values;

namespace Ferry.Protocol.Transfer;

/// <summary>The uploads of this node, found in constant time by session or requester.</summary>
internal sealed class UploadTable(KeyedIds ids)
{
    private readonly Dictionary<TransferId, Upload> _all = new(ids);
    private readonly Dictionary<NodeId, SortedDictionary<TransferId, Upload>> _byRequester = new(ids);

    /// <summary>The session of each pair that is in the log.</summary>
    private readonly Dictionary<(ContentId Content, NodeId Requester), Upload> _logged = [];

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<Upload> All => _all.Values.OrderBy(upload => upload.Transfer).ToList();

    public Upload? Find(TransferId transfer) => _all.GetValueOrDefault(transfer);

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<Upload> Of(NodeId requester) =>
        _byRequester.TryGetValue(requester, out var those) ? [.. those.Values] : [];

    public Upload? Find(TransferId transfer, NodeId requester) =>
        Find(transfer) is { } upload && upload.Requester == requester ? upload : null;

    /// <summary>What a new session would replace.</summary>
    public Upload? Logged(ContentId content, NodeId requester) => _logged.GetValueOrDefault((content, requester));

    /// <summary>The requester has fewer, or a new session replaces one of them.</summary>
    public bool HasRoom(ContentId content, NodeId requester, int ofOneMax) =>
        (_byRequester.GetValueOrDefault(requester)?.Count ?? 0) < ofOneMax || Logged(content, requester) is not null;

    public bool Knows(NodeId requester) => _byRequester.ContainsKey(requester);

    public void Add(Upload upload)
    {
        _all.Add(upload.Transfer, upload);
        if (!_byRequester.TryGetValue(upload.Requester, out var those)) _byRequester.Add(upload.Requester, those = []);
        those.Add(upload.Transfer, upload);
    }

    /// <summary>The upload is in the log now. Returns the session of the same pair that it replaces there.</summary>
    public Upload? Enter(Upload upload)
    {
        var pair = (upload.Content, upload.Requester);
        var replaced = _logged.GetValueOrDefault(pair);
        _logged[pair] = upload;
        return replaced;
    }

    public void Remove(Upload upload)
    {
        _all.Remove(upload.Transfer);
        var pair = (upload.Content, upload.Requester);
        if (_logged.GetValueOrDefault(pair) == upload) _logged.Remove(pair);
        var those = _byRequester[upload.Requester];
        those.Remove(upload.Transfer);
        if (those.Count == 0) _byRequester.Remove(upload.Requester);
    }
}

using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ferry.Runtime;

namespace Ferry.App.Control;

/// <summary>A node in another process, reached through its control socket.</summary>
/// <param name="home">The home of the node.</param>
/// <param name="howToStart">The command that starts it, for people who forgot.</param>
internal sealed class ControlClient(string home, string howToStart, TimeProvider time) : INode, IDisposable
{
    private static readonly NothingBody Nothing = new();

    private readonly ControlChannel _channel = new(home, howToStart, time);

    public void Dispose() => _channel.Dispose();

    public Task<JoinInfo> JoinAsync(string address, CancellationToken cancel) =>
        AskAsync(ControlCalls.Join, new JoinBody(address), cancel);

    public Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel) =>
        AskAsync(ControlCalls.Discover, Nothing, cancel);

    public Task LeaveAsync(CancellationToken cancel) => AskAsync(ControlCalls.Leave, Nothing, cancel);

    public Task<InviteInfo> InviteAsync(InviteOptions options, CancellationToken cancel) =>
        AskAsync(ControlCalls.Invite, options, cancel);

    public Task<KnownNodeInfo> AdmitAsync(string node, CancellationToken cancel) =>
        AskAsync(ControlCalls.Admit, new NodeBody(node), cancel);

    public Task<KnownNodeInfo> TrustAsync(string node, CancellationToken cancel) =>
        AskAsync(ControlCalls.Trust, new NodeBody(node), cancel);

    public Task<KnownNodeInfo> BlockAsync(string node, CancellationToken cancel) =>
        AskAsync(ControlCalls.Block, new NodeBody(node), cancel);

    public Task<KnownNodeInfo> ForgetAsync(string what, CancellationToken cancel) =>
        AskAsync(ControlCalls.Forget, new NodeBody(what), cancel);

    public IAsyncEnumerable<RequestEvent> SearchAsync(string query, bool isPublic, CancellationToken cancel) =>
        StreamAsync(ControlCalls.Search, new SearchBody(query, isPublic), cancel);

    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel) =>
        StreamAsync(ControlCalls.Request, options, cancel);

    public IAsyncEnumerable<OfferInfo> SendAsync(SendOptions options, CancellationToken cancel) =>
        StreamAsync(ControlCalls.Send, options, cancel);

    public IAsyncEnumerable<RequestEvent> AcceptAsync(AcceptOptions options, CancellationToken cancel) =>
        StreamAsync(ControlCalls.Accept, options, cancel);

    public Task<OfferInfo> RefuseAsync(string what, CancellationToken cancel) =>
        AskAsync(ControlCalls.Refuse, new OfferBody(what), cancel);

    public Task<ShareInfo> ShareAsync(string path, bool hidden, CancellationToken cancel) =>
        AskAsync(ControlCalls.Share, new ShareBody(path, hidden), cancel);

    public Task UnshareAsync(string path, CancellationToken cancel) =>
        AskAsync(ControlCalls.Unshare, new PathBody(path), cancel);

    public IAsyncEnumerable<FileInfoLine> FilesAsync(CancellationToken cancel) =>
        StreamAsync(ControlCalls.Files, Nothing, cancel);

    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) =>
        AskAsync(ControlCalls.Peers, Nothing, cancel);

    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) =>
        AskAsync(ControlCalls.Routes, Nothing, cancel);

    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) =>
        AskAsync(ControlCalls.Transfers, Nothing, cancel);

    public Task<StatusInfo> StatusAsync(CancellationToken cancel) => AskAsync(ControlCalls.Status, Nothing, cancel);

    public Task<IReadOnlyList<TransferInfo>> CancelAsync(string transfer, CancellationToken cancel) =>
        AskAsync(ControlCalls.Cancel, new CancelBody(transfer), cancel);

    public Task<IReadOnlyList<TransferInfo>> PauseAsync(string? transfer, CancellationToken cancel) =>
        AskAsync(ControlCalls.Pause, new PauseBody(transfer), cancel);

    public Task<IReadOnlyList<TransferInfo>> ResumeAsync(string? transfer, CancellationToken cancel) =>
        AskAsync(ControlCalls.Resume, new PauseBody(transfer), cancel);

    public Task<IReadOnlyList<LimitInfo>> LimitAsync(LimitChange? change, CancellationToken cancel) =>
        AskAsync(ControlCalls.Limit, new LimitBody(change), cancel);

    public Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel) =>
        AskAsync(ControlCalls.Diagnose, options, cancel);

    private async Task<TAnswer> AskAsync<TBody, TAnswer>(
        ControlCall<TBody, TAnswer> call, TBody body, CancellationToken cancel)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var response = await PostAsync(call, body, cancel);
        var answer = await _channel.WhileAliveAsync(
            () => response.Content.ReadAsByteArrayAsync(giveUp.Token), giveUp, cancel);
        return Parse(answer, call.Answer);
    }

    private async IAsyncEnumerable<TItem> StreamAsync<TBody, TItem>(
        ControlCall<TBody, TItem> call, TBody body, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var response = await PostAsync(call, body, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var parser = SseParser.Create(stream, (type, data) => Parse(type, data, call.Answer));
        await using var parts = parser.EnumerateAsync(giveUp.Token).GetAsyncEnumerator(giveUp.Token);
        while (true)
        {
            var next = parts.MoveNextAsync();
            // What has come already need not be waited for.
            var isThere = next.IsCompletedSuccessfully ? next.Result
                : await _channel.WhileAliveAsync(() => next.AsTask(), giveUp, cancel);
            if (!isThere) break;
            switch (parts.Current.Data)
            {
                case StreamPart<TItem>.Item item: yield return item.Value; break;
                case StreamPart<TItem>.Failed failed: throw ToException(failed.Problem);
                default: yield break;
            }
        }
        throw _channel.Failures.Gone(null);
    }

    private async Task<HttpResponseMessage> PostAsync<TBody, TAnswer>(
        ControlCall<TBody, TAnswer> call, TBody body, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, call.Body);
        var response = await _channel.PostAsync(call.Command, json, cancel);
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            throw ToException(Parse(
                await response.Content.ReadAsByteArrayAsync(cancel), ControlJson.Default.Problem));
        }
    }

    private static StreamPart<T> Parse<T>(string type, ReadOnlySpan<byte> data, JsonTypeInfo<T> itemType) => type switch
    {
        StreamPart<T>.ItemType => new StreamPart<T>.Item(Parse(data, itemType)),
        StreamPart<T>.FailedType => new StreamPart<T>.Failed(Parse(data, ControlJson.Default.Problem)),
        StreamPart<T>.EndType => new StreamPart<T>.End(),
        _ => throw OtherVersion(null),
    };

    private static T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw OtherVersion(null);
        }
        catch (JsonException e)
        {
            throw OtherVersion(e);
        }
    }

    private static FerryException ToException(Problem problem) => new(problem.Kind, problem.Message);

    private static FerryException OtherVersion(Exception? e) => new(
        FailureKind.Failed, "the running node gave an answer that this command does not understand, it may be of " +
        "another version: stop it and start it again", e);
}

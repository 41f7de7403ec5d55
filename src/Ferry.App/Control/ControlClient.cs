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
    private static readonly ControlJson Json = ControlJson.Default;

    private readonly ControlChannel _channel = new(home, howToStart, time);

    public void Dispose() => _channel.Dispose();

    public Task<JoinInfo> JoinAsync(string address, CancellationToken cancel) =>
        AskAsync("join", new JoinBody(address), Json.JoinBody, Json.JoinInfo, cancel);

    public Task<IReadOnlyList<DiscoveredInfo>> DiscoverAsync(CancellationToken cancel) =>
        ListAsync("discover", Json.IReadOnlyListDiscoveredInfo, cancel);

    public Task LeaveAsync(CancellationToken cancel) =>
        AskAsync("leave", new NothingBody(), Json.NothingBody, Json.DoneInfo, cancel);

    public IAsyncEnumerable<SearchHitInfo> SearchAsync(string query, CancellationToken cancel) =>
        StreamAsync("search", new SearchBody(query), Json.SearchBody, Json.SearchHitInfo, cancel);

    public IAsyncEnumerable<RequestEvent> RequestAsync(RequestOptions options, CancellationToken cancel) =>
        StreamAsync("request", options, Json.RequestOptions, Json.RequestEvent, cancel);

    public Task<ShareInfo> ShareAsync(string path, CancellationToken cancel) =>
        AskAsync("share", new PathBody(path), Json.PathBody, Json.ShareInfo, cancel);

    public Task UnshareAsync(string path, CancellationToken cancel) =>
        AskAsync("unshare", new PathBody(path), Json.PathBody, Json.DoneInfo, cancel);

    public Task<IReadOnlyList<FileInfoLine>> FilesAsync(CancellationToken cancel) =>
        ListAsync("files", Json.IReadOnlyListFileInfoLine, cancel);

    public Task<IReadOnlyList<PeerInfo>> PeersAsync(CancellationToken cancel) =>
        ListAsync("peers", Json.IReadOnlyListPeerInfo, cancel);

    public Task<IReadOnlyList<RouteInfo>> RoutesAsync(CancellationToken cancel) =>
        ListAsync("routes", Json.IReadOnlyListRouteInfo, cancel);

    public Task<IReadOnlyList<TransferInfo>> TransfersAsync(CancellationToken cancel) =>
        ListAsync("transfers", Json.IReadOnlyListTransferInfo, cancel);

    public Task<StatusInfo> StatusAsync(CancellationToken cancel) =>
        AskAsync("status", new NothingBody(), Json.NothingBody, Json.StatusInfo, cancel);

    public Task<TransferInfo> CancelAsync(string transfer, CancellationToken cancel) =>
        AskAsync("cancel", new CancelBody(transfer), Json.CancelBody, Json.TransferInfo, cancel);

    public Task<DiagnosisInfo> DiagnoseAsync(DiagnoseOptions options, CancellationToken cancel) =>
        AskAsync("diagnose", options, Json.DiagnoseOptions, Json.DiagnosisInfo, cancel);

    private Task<TAnswer> ListAsync<TAnswer>(string command, JsonTypeInfo<TAnswer> type, CancellationToken cancel) =>
        AskAsync(command, new NothingBody(), Json.NothingBody, type, cancel);

    private async Task<TAnswer> AskAsync<TBody, TAnswer>(
        string command, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType,
        CancellationToken cancel)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var response = await PostAsync(command, body, bodyType, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        try
        {
            return await _channel.WhileAliveAsync(
                () => JsonSerializer.DeserializeAsync(stream, answerType, giveUp.Token).AsTask(), giveUp, cancel)
                ?? throw OtherVersion(null);
        }
        catch (JsonException e)
        {
            throw OtherVersion(e);
        }
    }

    private async IAsyncEnumerable<TItem> StreamAsync<TBody, TItem>(
        string command, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TItem> itemType,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var response = await PostAsync(command, body, bodyType, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        using var lines = new StreamReader(stream);
        while (await _channel.WhileAliveAsync(
            () => lines.ReadLineAsync(giveUp.Token).AsTask(), giveUp, cancel) is { } line)
        {
            if (line.StartsWith(StreamEnd.Mark, StringComparison.Ordinal))
            {
                throw Parse(line, Json.StreamEnd).Problem.ToException();
            }
            yield return Parse(line, itemType);
        }
    }

    private async Task<HttpResponseMessage> PostAsync<TBody>(
        string command, TBody body, JsonTypeInfo<TBody> type, CancellationToken cancel)
    {
        var response = await _channel.PostAsync(command, JsonSerializer.SerializeToUtf8Bytes(body, type), cancel);
        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancel);
            if (text.Length == 0) throw OtherVersion(null);
            throw Parse(text, Json.Problem).ToException();
        }
    }

    private static T Parse<T>(string text, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw OtherVersion(null);
        }
        catch (JsonException e)
        {
            throw OtherVersion(e);
        }
    }

    private static FerryException OtherVersion(Exception? e) => new(
        FailureKind.Failed, "The running node gave an answer that this command does not understand: it may be of " +
        "another version. Stop it and start it again.", e);
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ferry.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ferry.App.Control;

/// <summary>
/// One route a command, all POST, JSON in and out. Answers that come bit by bit are lines of JSON; a failure before the
/// first line is a <see cref="Problem"/> with a status of its own, one after it is the last line.
/// </summary>
internal sealed class ControlRoutes(INode node)
{
    /// <summary>Answered at once, whatever else the node is busy with.</summary>
    public const string AliveCommand = "alive";

    private static readonly ReadOnlyMemory<byte> LineFeed = "\n"u8.ToArray();

    public void Map(IEndpointRouteBuilder app)
    {
        var json = ControlJson.Default;
        app.MapPost("/" + AliveCommand, () => TypedResults.Ok());
        Answer(app, "join", json.JoinBody, json.JoinInfo, (body, cancel) => node.JoinAsync(body.Address, cancel));
        Answer(app, "discover", json.NothingBody, json.IReadOnlyListDiscoveredInfo,
            (_, cancel) => node.DiscoverAsync(cancel));
        Answer(app, "leave", json.NothingBody, json.DoneInfo, async (_, cancel) =>
        {
            await node.LeaveAsync(cancel);
            return new DoneInfo("leave");
        });
        Answer(app, "share", json.PathBody, json.ShareInfo, (body, cancel) => node.ShareAsync(body.Path, cancel));
        Answer(app, "unshare", json.PathBody, json.DoneInfo, async (body, cancel) =>
        {
            await node.UnshareAsync(body.Path, cancel);
            return new DoneInfo("unshare");
        });
        Answer(app, "files", json.NothingBody, json.IReadOnlyListFileInfoLine, (_, cancel) => node.FilesAsync(cancel));
        Answer(app, "peers", json.NothingBody, json.IReadOnlyListPeerInfo, (_, cancel) => node.PeersAsync(cancel));
        Answer(app, "routes", json.NothingBody, json.IReadOnlyListRouteInfo, (_, cancel) => node.RoutesAsync(cancel));
        Answer(app, "transfers", json.NothingBody, json.IReadOnlyListTransferInfo,
            (_, cancel) => node.TransfersAsync(cancel));
        Answer(app, "status", json.NothingBody, json.StatusInfo, (_, cancel) => node.StatusAsync(cancel));
        Answer(app, "cancel", json.CancelBody, json.TransferInfo,
            (body, cancel) => node.CancelAsync(body.Transfer, cancel));
        Answer(app, "diagnose", json.DiagnoseOptions, json.DiagnosisInfo, node.DiagnoseAsync);
        Stream(app, "search", json.SearchBody, json.SearchHitInfo,
            (body, cancel) => node.SearchAsync(body.Query, cancel));
        Stream(app, "request", json.RequestOptions, json.RequestEvent, node.RequestAsync);
    }

    private static void Answer<TBody, TAnswer>(
        IEndpointRouteBuilder app, string command, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType,
        Func<TBody, CancellationToken, Task<TAnswer>> run) =>
        app.MapPost("/" + command, context => GuardAsync(context, async () =>
        {
            var body = await ReadAsync(context, bodyType);
            var answer = await run(body, context.RequestAborted);
            context.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(context.Response.Body, answer, answerType, context.RequestAborted);
        }));

    private static void Stream<TBody, TItem>(
        IEndpointRouteBuilder app, string command, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TItem> itemType,
        Func<TBody, CancellationToken, IAsyncEnumerable<TItem>> run) =>
        app.MapPost("/" + command, context => GuardAsync(context, async () =>
        {
            var body = await ReadAsync(context, bodyType);
            context.Response.ContentType = "application/jsonl";
            await foreach (var item in run(body, context.RequestAborted).WithCancellation(context.RequestAborted))
            {
                await JsonSerializer.SerializeAsync(context.Response.Body, item, itemType, context.RequestAborted);
                await context.Response.Body.WriteAsync(LineFeed, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }));

    private static async Task<TBody> ReadAsync<TBody>(HttpContext context, JsonTypeInfo<TBody> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw new FerryException(FailureKind.Usage, "The request has no body; send a JSON object.");
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            throw new FerryException(FailureKind.Usage, $"The request is not what {context.Request.Path} takes: " +
                $"{e.Message}", e);
        }
    }

    private static async Task GuardAsync(HttpContext context, Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (FerryException failure)
        {
            await FailAsync(context, Problem.From(failure), StatusOf(failure.Kind));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away, and nobody reads what would be said.
            context.Abort();
        }
        catch (OperationCanceledException)
        {
            await FailAsync(context, new Problem("failed", "The node is stopping."),
                StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception bug) when (bug is not IOException)
        {
            // A bug in one command must not look to its user like a node that is gone.
            await FailAsync(context, new Problem("failed", $"The node ran into an error of its own: {bug}"),
                StatusCodes.Status500InternalServerError);
        }
    }

    private static async Task FailAsync(HttpContext context, Problem problem, int status)
    {
        if (context.Response.HasStarted)
        {
            await JsonSerializer.SerializeAsync(
                context.Response.Body, new StreamEnd(problem), ControlJson.Default.StreamEnd, context.RequestAborted);
            await context.Response.Body.WriteAsync(LineFeed, context.RequestAborted);
            return;
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(
            context.Response.Body, problem, ControlJson.Default.Problem, context.RequestAborted);
    }

    private static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.Usage => StatusCodes.Status400BadRequest,
        FailureKind.NothingFound => StatusCodes.Status404NotFound,
        FailureKind.Refused => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status500InternalServerError,
    };
}

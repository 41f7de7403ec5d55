using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ferry.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ferry.App.Control;

/// <summary>
/// One route a command, all POST, JSON in and out. Answers that come bit by bit are server-sent events. A failure is a
/// <see cref="Problem"/>: with a status of its own, or as the last event of a stream.
/// </summary>
internal sealed class ControlRoutes(INode node)
{
    /// <summary>Answered at once, whatever else the node is busy with.</summary>
    public const string AliveCommand = "alive";

    private const int BurstBytes = 16 * 1024;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/" + AliveCommand, () => TypedResults.Ok());
        Answer(app, ControlCalls.Join, (body, cancel) => node.JoinAsync(body.Address, cancel));
        Answer(app, ControlCalls.Discover, (_, cancel) => node.DiscoverAsync(cancel));
        Answer(app, ControlCalls.Leave, (_, cancel) => DoneAsync("leave", node.LeaveAsync(cancel)));
        Answer(app, ControlCalls.Invite, node.InviteAsync);
        Answer(app, ControlCalls.Admit, (body, cancel) => node.AdmitAsync(body.Node, cancel));
        Answer(app, ControlCalls.Trust, (body, cancel) => node.TrustAsync(body.Node, cancel));
        Answer(app, ControlCalls.Block, (body, cancel) => node.BlockAsync(body.Node, cancel));
        Answer(app, ControlCalls.Forget, (body, cancel) => node.ForgetAsync(body.Node, cancel));
        Answer(app, ControlCalls.Share, (body, cancel) => node.ShareAsync(body.Path, body.Hidden, cancel));
        Answer(app, ControlCalls.Unshare, (body, cancel) => DoneAsync("unshare", node.UnshareAsync(body.Path, cancel)));
        Stream(app, ControlCalls.Files, (_, cancel) => node.FilesAsync(cancel));
        Answer(app, ControlCalls.Peers, (_, cancel) => node.PeersAsync(cancel));
        Answer(app, ControlCalls.Routes, (_, cancel) => node.RoutesAsync(cancel));
        Answer(app, ControlCalls.Transfers, (_, cancel) => node.TransfersAsync(cancel));
        Answer(app, ControlCalls.Status, (_, cancel) => node.StatusAsync(cancel));
        Answer(app, ControlCalls.Cancel, (body, cancel) => node.CancelAsync(body.Transfer, cancel));
        Answer(app, ControlCalls.Pause, (body, cancel) => node.PauseAsync(body.Transfer, cancel));
        Answer(app, ControlCalls.Resume, (body, cancel) => node.ResumeAsync(body.Transfer, cancel));
        Answer(app, ControlCalls.Limit, (body, cancel) => node.LimitAsync(body.Change, cancel));
        Answer(app, ControlCalls.Diagnose, node.DiagnoseAsync);
        Stream(app, ControlCalls.Search, (body, cancel) => node.SearchAsync(body.Query, body.IsPublic, cancel));
        Stream(app, ControlCalls.Request, node.RequestAsync);
        Stream(app, ControlCalls.Send, node.SendAsync);
        Stream(app, ControlCalls.Accept, node.AcceptAsync);
        Answer(app, ControlCalls.Refuse, (body, cancel) => node.RefuseAsync(body.What, cancel));
    }

    private static async Task<DoneInfo> DoneAsync(string command, Task done)
    {
        await done;
        return new DoneInfo(command);
    }

    private static void Answer<TBody, TAnswer>(
        IEndpointRouteBuilder app, ControlCall<TBody, TAnswer> call,
        Func<TBody, CancellationToken, Task<TAnswer>> run) =>
        app.MapPost("/" + call.Command, context => GuardAsync(context, async () =>
        {
            var body = await ReadAsync(context, call.Body);
            var answer = await run(body, context.RequestAborted);
            await WriteAsync(context, StatusCodes.Status200OK, answer, call.Answer);
        }));

    private static void Stream<TBody, TItem>(
        IEndpointRouteBuilder app, ControlCall<TBody, TItem> call,
        Func<TBody, CancellationToken, IAsyncEnumerable<TItem>> run) =>
        app.MapPost("/" + call.Command, context => GuardAsync(context, async () =>
        {
            var cancel = context.RequestAborted;
            var body = await ReadAsync(context, call.Body);
            context.Response.ContentType = "text/event-stream";
            await WriteAllAsync(run(body, cancel), context.Response.Body, call.Answer, cancel);
        }));

    /// <summary>
    /// As they come: what is written is sent when there is nothing more at once. Of what is there at once, a list of a
    /// million files, many items are sent together, since sending costs more than writing; and no more than a burst is
    /// kept while the client is slow.
    /// </summary>
    private static async Task WriteAllAsync<T>(
        IAsyncEnumerable<T> items, Stream output, JsonTypeInfo<T> type, CancellationToken cancel)
    {
        var burst = new ArrayBufferWriter<byte>();
        await using var source = items.GetAsyncEnumerator(cancel);
        StreamPart<T> part;
        do
        {
            var hasNext = false;
            var next = ProblemOfAsync(async () => hasNext = await source.MoveNextAsync(), cancel);
            var isDue = burst.WrittenCount >= BurstBytes || (burst.WrittenCount > 0 && !next.IsCompleted);
            var sent = isDue ? output.WriteAsync(burst.WrittenMemory, cancel) : default;
            var problem = await next;
            await sent;
            if (isDue) burst.ResetWrittenCount();
            part = problem is not null ? new StreamPart<T>.Failed(problem)
                : hasNext ? new StreamPart<T>.Item(source.Current) : new StreamPart<T>.End();
            Write(part, burst, type);
        }
        while (part is StreamPart<T>.Item);
        await output.WriteAsync(burst.WrittenMemory, cancel);
    }

    /// <summary>A server-sent event: its type, and its data in one line, since JSON has none in it.</summary>
    private static void Write<T>(StreamPart<T> part, ArrayBufferWriter<byte> writer, JsonTypeInfo<T> type)
    {
        writer.Write(Encoding.UTF8.GetBytes($"event: {part.Type}\ndata: "));
        using (var json = new Utf8JsonWriter(writer))
        {
            switch (part)
            {
                case StreamPart<T>.Item item: JsonSerializer.Serialize(json, item.Value, type); break;
                case StreamPart<T>.Failed failed:
                    JsonSerializer.Serialize(json, failed.Problem, ControlJson.Default.Problem);
                    break;
                default: JsonSerializer.Serialize(json, new NothingBody(), ControlJson.Default.NothingBody); break;
            }
        }
        writer.Write("\n\n"u8);
    }

    private static async Task<TBody> ReadAsync<TBody>(HttpContext context, JsonTypeInfo<TBody> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw new FerryException(FailureKind.Usage, "the request has no body: send a JSON object");
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            throw new FerryException(FailureKind.Usage, $"the request is not what {context.Request.Path} takes: " +
                $"{e.Message.TrimEnd('.')}", e);
        }
    }

    private static async Task GuardAsync(HttpContext context, Func<Task> run)
    {
        try
        {
            if (await ProblemOfAsync(run, context.RequestAborted) is not { } problem) return;
            await WriteAsync(context, StatusOf(problem.Kind), problem, ControlJson.Default.Problem);
        }
        catch (OperationCanceledException)
        {
            // The client went away, and nobody reads what would be said.
            context.Abort();
        }
    }

    /// <summary>Null when it went well.</summary>
    /// <param name="gone">The client is; there is nobody to be told of a problem.</param>
    private static async Task<Problem?> ProblemOfAsync(Func<Task> run, CancellationToken gone)
    {
        try
        {
            await run();
            return null;
        }
        catch (FerryException failure)
        {
            return new Problem(failure.Kind, failure.Message);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return new Problem(FailureKind.Failed, "the node is stopping");
        }
        catch (Exception bug) when (bug is not (OperationCanceledException or IOException))
        {
            // A bug in one command must not look to its user like a node that is gone.
            return new Problem(FailureKind.Failed, $"the node ran into an error of its own: {bug}");
        }
    }

    private static Task WriteAsync<T>(HttpContext context, int status, T answer, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, type, context.RequestAborted);
    }

    private static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.Usage => StatusCodes.Status400BadRequest,
        FailureKind.NothingFound => StatusCodes.Status404NotFound,
        FailureKind.Refused => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status500InternalServerError,
    };
}

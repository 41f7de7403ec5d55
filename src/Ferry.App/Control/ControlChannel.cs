using System.Net.Http.Headers;
using System.Net.Sockets;
using Ferry.Runtime;

namespace Ferry.App.Control;

/// <summary>
/// HTTP to the node of a home, over its control socket. A node that is busy is waited for, as long as it says that it
/// is alive; one that is starting, stopping, or whose socket was removed, for some seconds.
/// </summary>
internal sealed class ControlChannel(string home, string howToStart, TimeProvider time) : IDisposable
{
    /// <summary>After this long without an answer the node is asked whether it is alive.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A node that runs says so within this time, also on a machine that is overloaded.</summary>
    public static readonly TimeSpan AliveTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ConnectAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>Made when it is needed: many commands never ask.</summary>
    private HttpClient? _http;

    public ControlFailures Failures { get; } = new(home, howToStart);

    public void Dispose() => _http?.Dispose();

    /// <summary>The answer's head; its body follows as the node tells it.</summary>
    /// <exception cref="NoNodeException">No node runs, or it does not answer, or ended before it did.</exception>
    public async Task<HttpResponseMessage> PostAsync(string command, byte[] json, CancellationToken cancel)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        return await WhileAliveAsync(() => SendAsync(command, json, giveUp.Token), giveUp, cancel);
    }

    /// <summary>Waits for a part of an answer while the node says that it is alive.</summary>
    /// <param name="giveUp">Ends the waiting that <paramref name="ask"/> began.</param>
    /// <exception cref="NoNodeException">It does not answer, or ended before it did.</exception>
    public async Task<T> WhileAliveAsync<T>(
        Func<Task<T>> ask, CancellationTokenSource giveUp, CancellationToken cancel)
    {
        var answer = ask();
        try
        {
            while (true)
            {
                try
                {
                    return await answer.WaitAsync(Patience, time, cancel);
                }
                catch (TimeoutException)
                {
                    // It may have come in between.
                    if (answer.IsCompleted) return await answer;
                    if (Failures.IsStopped || (!await IsAliveAsync(cancel) && !answer.IsCompleted))
                    {
                        throw Failures.NoAnswer();
                    }
                }
            }
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException socket)
        {
            throw Failures.NoConnection(socket);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Failures.Gone(e);
        }
        finally
        {
            // Whoever asked may not take the connection apart while somebody reads from it.
            if (!answer.IsCompleted)
            {
                await giveUp.CancelAsync();
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string command, byte[] json, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, command);
        request.Content = new ByteArrayContent(json);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        _http ??= new HttpClient(Dial(ControlSocket.PathIn(home)))
        {
            BaseAddress = new Uri("http://ferry/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    /// <summary>False only when there was time to answer: a node that has ended fails what was asked of it.</summary>
    private async Task<bool> IsAliveAsync(CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, AliveTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            using var answer = await SendAsync(ControlRoutes.AliveCommand, [], limit.Token);
            return true;
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is not SocketException { SocketErrorCode: SocketError.WouldBlock };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private SocketsHttpHandler Dial(string path) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancel) =>
        {
            var began = time.GetTimestamp();
            while (true)
            {
                var socket = ControlSocket.New();
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                    Failures.Process = PeerProcess.Of(socket);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (SocketException e) when (MayComeLater(e) && time.GetElapsedTime(began) < Patience)
                {
                    socket.Dispose();
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
                await Task.Delay(ConnectAgainAfter, time, cancel);
            }
        },
    };

    /// <summary>More clients than it can take, or a node that has no socket at the moment.</summary>
    private bool MayComeLater(SocketException e) =>
        e.SocketErrorCode == SocketError.WouldBlock ||
        (e.SocketErrorCode != SocketError.AccessDenied && NodeHome.IsInUse(home, out _));
}

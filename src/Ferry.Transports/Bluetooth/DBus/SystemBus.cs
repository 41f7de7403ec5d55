using Tmds.DBus.Protocol;

namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>Appends the arguments of a call.</summary>
internal delegate void WriteArguments(ref MessageWriter arguments);

/// <summary>Reads the answer to a call.</summary>
internal delegate T ReadAnswer<out T>(Reader answer);

/// <param name="Arguments">Their signature; null for none.</param>
/// <param name="Answer">The signature of the answer; empty for none.</param>
internal sealed record BusMethod(
    string Service, string Path, string Interface, string Name, string? Arguments = null, string Answer = "");

/// <param name="Sender">The unique name of who sends it; others' signals of the same name are not taken.</param>
/// <param name="Signature">That of what it says; a signal with another is none.</param>
internal sealed record BusSignal(
    string Sender, string Interface, string Name, string Signature, string? FirstArgument = null);

/// <summary>
/// A connection of our own to the system's message bus: made at the first call, and anew at the next one after it was
/// lost. A call that has no answer after <see cref="AnswerTimeLimit"/> fails; the connection stays, because what was
/// registered through it would go with it.
/// </summary>
internal sealed class SystemBus(string address, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan AnswerTimeLimit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly Lock _gate = new();
    private OpenConnection? _open;
    private int _connections;
    private bool _isDisposed;

    /// <summary>
    /// How many connections there have been: whoever registered something finds out by it that the registration has
    /// gone with its connection.
    /// </summary>
    /// <exception cref="BusException">No bus, or no permission.</exception>
    public Task<int> ConnectAsync(CancellationToken cancel) =>
        GuardAsync(async () => (await OpenAsync(cancel)).Number);

    /// <exception cref="BusException">The other side refuses, or does not answer.</exception>
    public Task<T> CallAsync<T>(
        BusMethod method, WriteArguments? write, ReadAnswer<T> read, CancellationToken cancel) => GuardAsync(async () =>
    {
        var open = await OpenAsync(cancel);
        try
        {
            var answer = open.Connection.CallMethodAsync(Write(open.Connection, method, write), (message, _) =>
            {
                if (message.SignatureAsString is var signature && (signature ?? "") != method.Answer)
                    throw new DBusReadException($"{method.Name} is answered with '{signature}'");
                return read(message.GetBodyReader());
            });
            return await answer.WaitAsync(AnswerTimeLimit, time, cancel);
        }
        catch (DBusConnectionException)
        {
            lock (_gate) if (_open == open) _open = null;
            throw;
        }
    });

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(BusMethod method, WriteArguments? write, CancellationToken cancel) =>
        CallAsync(method, write, _ => true, cancel);

    /// <summary>
    /// From now on takes the signal, on any thread, until this is disposed. What is called must not throw.
    /// </summary>
    /// <param name="over">Called when there will be no more: the connection is lost, or a signal made no sense.</param>
    /// <exception cref="BusException">The bus refuses, or does not answer.</exception>
    public Task WatchAsync<T>(
        BusSignal signal, ReadAnswer<T> read, Action<T> seen, Action<BusException> over, CancellationToken cancel) =>
        GuardAsync(async () =>
        {
            var rule = new MatchRule
            {
                Type = MessageType.Signal,
                Sender = signal.Sender,
                Interface = signal.Interface,
                Member = signal.Name,
                Arg0 = signal.FirstArgument,
            };
            var open = await OpenAsync(cancel);
            var watching = open.Connection.AddMatchAsync(
                rule,
                (message, _) => message.SignatureAsString == signal.Signature ? read(message.GetBodyReader())
                    : throw new DBusReadException($"{signal.Name} comes with '{message.SignatureAsString}'"),
                note =>
                {
                    if (note.HasValue) seen(note.Value);
                    else over(BusException.Of(note.CompletionReason));
                },
                emitOnCapturedContext: false,
                ObserverFlags.EmitOnConnectionClosed | ObserverFlags.EmitOnConnectionFailed
                    | ObserverFlags.EmitOnReaderFailed);
            return await watching.AsTask().WaitAsync(AnswerTimeLimit, time, cancel);
        });

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _open?.Connection.Dispose();
        }
    }

    private async Task<OpenConnection> OpenAsync(CancellationToken cancel)
    {
        await _connecting.WaitAsync(cancel);
        try
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_open is { Lost.IsCompleted: false }) return _open;
            }
            var connection = new DBusConnection(address);
            try
            {
                await connection.ConnectAsync().AsTask().WaitAsync(AnswerTimeLimit, time, cancel);
                return Keep(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        finally
        {
            _connecting.Release();
        }
    }

    private OpenConnection Keep(DBusConnection connection)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _open = new OpenConnection(connection, connection.DisconnectedAsync(), ++_connections);
        }
    }

    private static MessageBuffer Write(DBusConnection connection, BusMethod method, WriteArguments? write)
    {
        var writer = connection.GetMessageWriter();
        try
        {
            writer.WriteMethodCallHeader(
                method.Service, method.Path, method.Interface, method.Name, method.Arguments);
            write?.Invoke(ref writer);
            return writer.CreateMessage();
        }
        finally
        {
            writer.Dispose();
        }
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is DBusExceptionBase or TimeoutException or ObjectDisposedException)
        {
            throw BusException.Of(e);
        }
    }

    /// <param name="Lost">Ends with the connection.</param>
    private sealed record OpenConnection(DBusConnection Connection, Task Lost, int Number);
}

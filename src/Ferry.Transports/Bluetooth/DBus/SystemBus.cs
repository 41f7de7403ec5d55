using System.Runtime.InteropServices;

namespace Ferry.Transports.Bluetooth.DBus;

/// <summary>
/// A connection of our own to the system's message bus. Calls wait for their answers, one at a time, so callers bring a
/// worker's thread; the few that Ferry makes take milliseconds.
/// </summary>
internal sealed class SystemBus : IDisposable
{
    private const int AnswerTimeLimitMilliseconds = 10_000;
    private readonly Lock _gate = new();
    private nint _connection;

    private SystemBus(nint connection) => _connection = connection;

    /// <exception cref="BusException">No library, no bus, or no permission.</exception>
    public static SystemBus Open()
    {
        try
        {
            // It can only fail for want of memory, and then the next call says so.
            _ = LibDBus.InitThreads();
            var error = default(LibDBus.Error);
            var connection = LibDBus.OpenBus(LibDBus.SystemBus, ref error);
            if (connection == 0) throw Take(ref error);
            // Its own idea is to end the whole process when the bus goes away.
            LibDBus.SetExitOnDisconnect(connection, 0);
            return new SystemBus(connection);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new BusException(BusException.NoLibrary, e.Message);
        }
    }

    /// <summary>False when the bus has gone away: then a new connection is needed.</summary>
    public bool IsOpen
    {
        get { lock (_gate) return _connection != 0 && LibDBus.IsConnected(_connection) != 0; }
    }

    /// <summary>The first value of the answer.</summary>
    /// <exception cref="BusException">The other side says no, or nothing.</exception>
    public BusValue Call(string service, string path, string @interface, string method, params BusValue[] arguments)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_connection == 0, this);
            var call = LibDBus.NewCall(service, path, @interface, method);
            try
            {
                var cursor = default(LibDBus.Cursor);
                LibDBus.BeginAppending(call, ref cursor);
                foreach (var argument in arguments) argument.AppendTo(ref cursor);
                var error = default(LibDBus.Error);
                var answer = LibDBus.CallAndWait(_connection, call, AnswerTimeLimitMilliseconds, ref error);
                if (answer == 0) throw Take(ref error);
                return ReadFirst(answer);
            }
            finally
            {
                LibDBus.ReleaseMessage(call);
            }
        }
    }

    /// <summary>Takes what others sent without being asked; the library refuses calls and drops the rest.</summary>
    public void Drain()
    {
        lock (_gate)
        {
            // False means disconnected, which the next call finds out.
            if (_connection != 0) _ = LibDBus.ReadWriteDispatch(_connection, 0);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_connection == 0) return;
            LibDBus.Close(_connection);
            LibDBus.ReleaseConnection(_connection);
            _connection = 0;
        }
    }

    private static BusValue ReadFirst(nint answer)
    {
        try
        {
            var cursor = default(LibDBus.Cursor);
            return LibDBus.BeginReading(answer, ref cursor) != 0 ? BusValue.Read(ref cursor) : new BusValue.Other();
        }
        finally
        {
            LibDBus.ReleaseMessage(answer);
        }
    }

    private static BusException Take(ref LibDBus.Error error)
    {
        var (name, text) = (Marshal.PtrToStringUTF8(error.Name), Marshal.PtrToStringUTF8(error.Message));
        LibDBus.FreeError(ref error);
        return new BusException(name ?? "", text ?? "");
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

// From a byte stream to a link (docs/protocol.md, "Handshake").
//
//   dialer                                   listener
//     <------------- TLS 1.3, both with certificates ------------->
//     Hello(Join, secret) ---->      <---- Hello(Join, secret)         both at once
//     each checks the other's Hello; who does not like it sends Reject(reason, text) and closes
//     Finish(nickname) --------------->
//     the listener decides whether the dialer is admitted: Reject, or
//                                     <--------- Finish(nickname)     the last bytes of TLS
//     Ready, a sealed frame ---------->                               the first bytes without TLS
//
// Why the order is such: TLS reads ahead, and bytes that it took and that are not TLS would be lost. The listener reads
// TLS no more once it has Finish, and the dialer sends nothing without TLS before it has the listener's Finish, after
// which the listener in turn is silent until Ready has opened. So neither TLS can have touched a frame. Ready also
// proves to the listener that both have the same keys; the dialer learns it from the first frame it gets.

/// <summary>
/// Makes links of connections. A failure is a result that says whose fault it was, in a sentence for people.
/// </summary>
public static class Handshake
{
    /// <summary>As the side that made the connection, which is taken over: on failure it is closed.</summary>
    /// <param name="expected">The node that must answer; null for any.</param>
    public static Task<Outcome<SecureLink>> DialAsync(
        IConnection connection, HandshakeSettings settings, NodeId? expected, CancellationToken cancel) =>
        RunAsync(connection, settings, dialed: true, expected, cancel);

    /// <summary>As the side that accepted the connection, which is taken over: on failure it is closed.</summary>
    public static Task<Outcome<SecureLink>> ListenAsync(
        IConnection connection, HandshakeSettings settings, CancellationToken cancel) =>
        RunAsync(connection, settings, dialed: false, null, cancel);

    private static async Task<Outcome<SecureLink>> RunAsync(
        IConnection connection, HandshakeSettings settings, bool dialed, NodeId? expected, CancellationToken cancel)
    {
        var link = Outcome<SecureLink>.Failed(Lost(connection));
        using var limit = new CancellationTokenSource(settings.TimeLimit, settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var tls = new SslStream(connection.Stream, leaveInnerStreamOpen: true);
        try
        {
            link = await new HandshakeRun(connection, settings, tls, dialed, expected).RunAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            link = new LinkFailure(
                LinkFailureKind.TimedOut,
                $"{connection.RemoteAddress} did not finish the handshake "
                    + $"within {settings.TimeLimit.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is AuthenticationException or CryptographicException)
        {
            link = new LinkFailure(LinkFailureKind.NotFerry, dialed
                ? $"whoever answers at {connection.RemoteAddress} does not speak Ferry's protocol: "
                    + "check the address and the port"
                : $"{connection.RemoteAddress} does not speak Ferry's protocol");
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            link = Lost(connection);
        }
#pragma warning disable CA1031 // Not swallowed: a failure of this handshake, with what was thrown.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            // A stranger's certificate goes through parsers of the platform, which throw what they do not document.
            link = new LinkFailure(
                LinkFailureKind.NotFerry,
                $"the handshake of {connection.RemoteAddress} could not be read ({e.GetType().Name}: {e.Message})");
        }
        finally
        {
            // TLS says nothing when it is disposed, so the stream is the frames' from here on.
            await tls.DisposeAsync();
            if (!link.Succeeded) await connection.DisposeAsync();
        }

        return link;
    }

    private static LinkFailure Lost(IConnection connection) => new(
        LinkFailureKind.ConnectionLost, $"{connection.RemoteAddress} closed the connection during the handshake");
}

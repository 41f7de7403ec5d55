using System.Net.Sockets;
using Ferry.App.Control;
using Ferry.Runtime;
using Xunit;

namespace Ferry.Tests.App.Control;

public sealed class ControlSocketTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Socket_that_a_crashed_node_left_is_taken_away()
    {
        using var home = new TemporaryFolder();
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(new UnixDomainSocketEndPoint(home["control.sock"]));
        }
        // .NET removes the file of a socket that it closes; a crash does not.
        await File.WriteAllTextAsync(home["control.sock"], "", Cancel);

        ControlSocket.Clear(home.Path);

        Assert.False(File.Exists(home["control.sock"]));
    }

    [Fact]
    public void Home_too_long_for_a_socket_is_refused_with_its_length()
    {
        var home = "/" + new string('x', 120);

        var failure = Assert.Throws<FerryException>(() => ControlSocket.PathIn(home));

        Assert.Equal(FailureKind.Usage, failure.Kind);
        Assert.Contains("134 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--home", failure.Message, StringComparison.Ordinal);
    }
}

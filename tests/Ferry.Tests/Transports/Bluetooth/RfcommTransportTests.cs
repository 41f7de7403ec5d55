using Ferry.Transports;
using Xunit;

namespace Ferry.Tests.Transports.Bluetooth;

/// <summary>What holds on every machine, with Bluetooth or without. The rest is for the radio lab.</summary>
public sealed class RfcommTransportTests
{
    private readonly TransportSet _transports = TransportSet.Standard(TimeProvider.System, "test");

    [Fact]
    public async Task Adapter_is_nobody_to_connect_to()
    {
        var outcome = await _transports.ConnectAsync("bluetooth://hci0", CancellationToken.None);
        Assert.Contains("hci0", outcome.Failure!.Text, StringComparison.Ordinal);
        Assert.Equal(
            OperatingSystem.IsLinux() ? LinkFailureKind.BadAddress : LinkFailureKind.NoSuchTransport,
            outcome.Failure.Kind);
    }

    [Fact]
    public async Task Adapter_that_no_machine_has_cannot_be_listened_at()
    {
        var outcome = await _transports.ListenAsync("bluetooth://nosuchadapter", CancellationToken.None);
        Assert.Equal(LinkFailureKind.NoSuchTransport, outcome.Failure?.Kind);
        Assert.Contains("Bluetooth", outcome.Failure!.Text, StringComparison.Ordinal);
    }
}

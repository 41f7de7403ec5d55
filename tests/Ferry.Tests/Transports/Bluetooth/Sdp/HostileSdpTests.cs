using Ferry.Transports.Bluetooth;
using Ferry.Transports.Bluetooth.Sdp;
using Xunit;
using static Ferry.Tests.Transports.Bluetooth.Sdp.SdpBytes;

namespace Ferry.Tests.Transports.Bluetooth.Sdp;

/// <summary>Whatever a device sends: no exception, no invention, no more than the bytes say.</summary>
public sealed class HostileSdpTests
{
    private static readonly BluetoothAddress Asked = BluetoothAddress.Read([0x42, 0, 0, 1, 0xAA, 0]);
    private static readonly byte[] Good =
        Sequence(Record("00:AA:01:00:00:42", 7, "boat"), Record("00:AA:01:00:00:42", 8, "barge"));

    [Fact]
    public void Lists_that_are_cut_anywhere_are_nothing()
    {
        Assert.Equal(2, FerryService.Read(Good, Asked)!.Count);
        for (var length = 0; length < Good.Length; length++)
            Assert.Null(FerryService.Read(Good.AsSpan(0, length), Asked));
    }

    [Fact]
    public void Any_flipped_bit_gives_channels_that_can_be_and_clean_names_or_nothing()
    {
        for (var bit = 0; bit < Good.Length * 8; bit++)
        {
            var bytes = Good.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertSane(FerryService.Read(bytes, Asked));
        }
    }

    [Fact]
    public void Random_bytes_and_splices_are_survived()
    {
        var random = new Random(4747);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (round % 2 == 0) Good.AsSpan(0, Math.Min(random.Next(Good.Length), bytes.Length)).CopyTo(bytes);
            AssertSane(FerryService.Read(bytes, Asked));
            SdpRequest.TryReadAnswer(bytes, (ushort)round, out var part, out var continuation);
            Assert.True(part.Length + continuation.Length <= bytes.Length);
        }
    }

    [Fact]
    public void Nesting_has_an_end()
    {
        byte[] nested = [0x00];
        for (var depth = 0; depth < 8; depth++) nested = Sequence(nested);
        Assert.NotNull(Take(nested));
        Assert.Null(Take(Sequence(nested)));

        var bottomless = Enumerable.Repeat(Enumerable.Repeat((byte)0x35, 1).Append((byte)0xFF), 10_000);
        Assert.Null(Take([.. bottomless.SelectMany(pair => pair)]));
    }

    [Theory]
    [InlineData(new byte[] { 0x37, 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x37, 0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3 })]
    [InlineData(new byte[] { 0x27, 0x80, 0, 0, 0 })]
    [InlineData(new byte[] { 0x36, 0xFF })]
    public void Length_beyond_the_bytes_is_no_element(byte[] bytes) => Assert.Null(Take(bytes));

    private static SdpElement? Take(ReadOnlySpan<byte> bytes) => SdpElement.Take(ref bytes);

    private static void AssertSane(IReadOnlyList<FerryService>? services)
    {
        foreach (var service in services ?? [])
        {
            Assert.InRange(service.Channel, 1, 30);
            Assert.Equal(Asked, service.Adapter);
            Assert.True(service.Name.Length <= 64);
            Assert.DoesNotContain(service.Name, char.IsControl);
        }
    }
}

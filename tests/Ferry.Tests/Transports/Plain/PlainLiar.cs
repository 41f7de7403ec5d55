using static Ferry.Tests.Transports.Plain.PlainBytes;

namespace Ferry.Tests.Transports.Plain;

internal enum PlainLie
{
    /// <summary>The stream ends within the record.</summary>
    Cut,

    /// <summary>The record says that it is shorter, and is.</summary>
    Shortened,

    /// <summary>One bit is another.</summary>
    Flipped,

    /// <summary>Said once more, in place of what follows.</summary>
    Twice,

    /// <summary>What was said in an earlier handshake of the same two, from here on.</summary>
    Earlier,

    /// <summary>What the other end says.</summary>
    Reflected,

    /// <summary>What would come next.</summary>
    OutOfOrder,

    /// <summary>What the other end would have to prove.</summary>
    SwappedEnds,
}

/// <summary>One step of a handshake, sent otherwise than it was meant.</summary>
internal sealed class PlainLiar(PlainStep step, PlainLie lie, int place, PlainHandshake earlier)
{
    private const int RecordHeadBytes = 3;
    private static readonly byte[] Heartbeat = [3, .. U64(1)];

    public bool HasLied { get; private set; }

    /// <summary>Until then it was honest, and what it proved it has proven.</summary>
    public bool IsAfterTheProof => step == PlainStep.Ready || (step == PlainStep.Finish && lie == PlainLie.Twice);

    /// <summary>Whether the lie differs from the truth.</summary>
    public static bool IsPossible(bool dials, bool proves, PlainStep step, PlainLie lie) => (step, lie) switch
    {
        (PlainStep.Ready, _) when !dials => false,
        (PlainStep.Ready, PlainLie.Shortened or PlainLie.Reflected) => false,
        (PlainStep.Hello, PlainLie.SwappedEnds) => false,
        (PlainStep.Finish, PlainLie.Earlier or PlainLie.Reflected or PlainLie.SwappedEnds) => proves,
        (PlainStep.Finish, PlainLie.OutOfOrder) => dials,
        _ => true,
    };

    public static int Places(PlainLie lie, byte[] record) => lie switch
    {
        PlainLie.Cut or PlainLie.Flipped => record.Length,
        PlainLie.Shortened => record.Length - RecordHeadBytes,
        _ => 3,
    };

    public PlainHandshake Handshake(Stream wire, PlainNode node, bool dials)
    {
        PlainHandshake? made = null;
        made = new PlainHandshake(wire, node, dials)
        {
            BelievesAll = true,
            HearsFirst = step == PlainStep.Hello && lie == PlainLie.Reflected,
            Send = (now, meant) => Say(made!, now, meant, dials),
        };
        return made;
    }

    /// <summary>What is said when the handshake is over for the liar.</summary>
    public async Task EndAsync(PlainHandshake handshake)
    {
        if (step == PlainStep.Finish && lie == PlainLie.Twice && handshake.Rejected == 0)
        {
            HasLied = true;
            await handshake.WriteAsync(handshake.Meant[PlainStep.Finish]);
        }
    }

    private (byte[] Bytes, bool GoesOn) Say(
        PlainHandshake running, PlainStep now, byte[] meant, bool dials)
    {
        if (lie == PlainLie.Earlier && now > step && now < PlainStep.Ready) return (earlier.Meant[now], true);
        if (lie == PlainLie.Twice && step == PlainStep.Finish) return (now > step ? [] : meant, true);
        if (now != step) return (meant, true);
        HasLied = true;
        return lie switch
        {
            PlainLie.Cut => (meant[..place], false),
            PlainLie.Shortened =>
                ([meant[0], .. U16(place), .. meant.AsSpan(RecordHeadBytes, place)], true),
            PlainLie.Flipped => (Flipped(meant), place is not (1 or 2)),
            PlainLie.Twice => ([.. meant, .. meant], true),
            PlainLie.Earlier => (earlier.Meant[step], true),
            PlainLie.Reflected => (Others(running, dials), true),
            PlainLie.OutOfOrder => (Next(running), true),
            _ => (OfTheOtherEnd(running, dials), true),
        };
    }

    private byte[] Flipped(byte[] meant)
    {
        var bytes = (byte[])meant.Clone();
        bytes[place] ^= (byte)(1 << (place % 8));
        return bytes;
    }

    /// <summary>A dialer has to say its Finish before it hears the other's: that of before.</summary>
    private byte[] Others(PlainHandshake running, bool dials) =>
        (dials && step == PlainStep.Finish ? earlier : running).Heard[step];

    private byte[] Next(PlainHandshake running) => step switch
    {
        PlainStep.Hello => [(byte)PlainStep.Finish, .. U16(2), 0, 0],
        PlainStep.Finish => running.Link!.Ready,
        _ => running.Link!.Frame(Heartbeat),
    };

    private byte[] OfTheOtherEnd(PlainHandshake running, bool dials)
    {
        var both = running.Transcript!;
        if (step == PlainStep.Ready) return new PlainLink(Stream.Null, both.SecretOf(!dials), []).Ready;
        var (ofDialer, ofListener) = running.Proofs;
        var finish = PlainHandshake.Finish(dials ? ofListener : ofDialer, "plain");
        return [(byte)PlainStep.Finish, .. U16(finish.Length), .. finish];
    }
}

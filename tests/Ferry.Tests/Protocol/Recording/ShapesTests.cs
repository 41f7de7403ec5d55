using System.Text;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Recording;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Tests.Protocol.Wire;
using Xunit;

namespace Ferry.Tests.Protocol.Recording;

/// <summary>Whatever crosses the border of the core can be written and read back, all of it.</summary>
public sealed class ShapesTests
{
    private const int Rounds = 200;

    [Fact]
    public void Every_kind_has_its_shape()
    {
        Assert.Empty(RandomRecords.KindsOf(typeof(Input)).Except(InputShapes.Inputs.Types));
        Assert.Empty(RandomRecords.KindsOf(typeof(StorageResult)).Except(InputShapes.Results.Types));
        Assert.Empty(RandomRecords.KindsOf(typeof(Effect)).Except(EffectShapes.Effects.Types));
        Assert.Empty(RandomRecords.KindsOf(typeof(StorageRequest)).Except(EffectShapes.Requests.Types));
        Assert.Empty(RandomRecords.KindsOf(typeof(Notice)).Except(NoticeShapes.Notices.Types));
        Assert.Empty(RandomRecords.KindsOf(typeof(SealCall)).Except(SealCall.Cases.Types));
    }

    [Fact]
    public void Inputs_come_back_whole() => AssertComeBack<Input>(InputShapes.Inputs.Pass);

    [Fact]
    public void Results_of_the_disk_come_back_whole() => AssertComeBack<StorageResult>(InputShapes.Results.Pass);

    [Fact]
    public void Effects_come_back_whole() => AssertComeBack<Effect>(EffectShapes.Effects.Pass);

    [Fact]
    public void Requests_to_the_disk_come_back_whole() => AssertComeBack<StorageRequest>(EffectShapes.Requests.Pass);

    [Fact]
    public void Notices_come_back_whole() => AssertComeBack<Notice>(NoticeShapes.Notices.Pass);

    [Fact]
    public void Calls_of_the_key_ring_come_back_whole() => AssertComeBack<SealCall>(SealCall.Cases.Pass);

    [Fact]
    public void Options_come_back_whole() => AssertComesBack<EngineOptions>(StartShapes.Options);

    [Fact]
    public void Recovered_state_comes_back_whole()
    {
        for (ulong seed = 1; seed < Rounds; seed++)
        {
            var records = new RandomRecords(seed);
            var state = records.Next<RecoveredState>();
            // A map is of its content, or it is not believed.
            var downloads = state.Downloads.Select(download => download with
            {
                Durable = ChunkMap.Full(download.Manifest.Layout.ChunkCount),
            });
            AssertComesBack(StartShapes.Recovered, state with { Downloads = [.. downloads] });
        }
    }

    [Fact]
    public void A_message_that_is_passed_on_is_written_once()
    {
        var piece = new RandomMessages(1).Next(MessageType.FileTransfer);
        var writer = new FieldWriter();
        InputShapes.Inputs.Pass(writer, new Input.Received(Some.Link(1), piece, null));
        var first = writer.Length;
        EffectShapes.Effects.Pass(writer, new Effect.Send(Some.Link(2), piece));
        EffectShapes.Effects.Pass(writer, new Effect.Send(Some.Link(3), piece));
        Assert.InRange(writer.Length - first, 1, 2 * 8);

        var reader = new FieldReader(writer.Written.ToArray());
        var received = Assert.IsType<Input.Received>(InputShapes.Inputs.Pass(reader, null));
        var sent = Assert.IsType<Effect.Send>(EffectShapes.Effects.Pass(reader, null));
        Assert.Same(received.Message, sent.Message);
        Assert.Equal(Described.Of(piece), Described.Of(sent.Message));
    }

    /// <summary>
    /// Names, paths and searches, and nothing else: a support engineer needs nicknames, addresses and reasons.
    /// </summary>
    [Fact]
    public void Redaction_leaves_no_name()
    {
        const string Secret = "holiday/secret ☂.jpg";
        var redactor = new FieldRedactor(new byte[32]);
        string[] shown =
        [
            "LinkUp", "LinkDown", "Listening", "CloseLink", "AddressesOffered", "UploadEnded", "DownloadFailed",
            "DownloadPaused", "DownloadProgressed", "DownloadCompleted", "IdentityShared", "OwnIdentityShared",
            "LimitDown",
        ];
        for (ulong seed = 1; seed < Rounds; seed++)
        {
            var records = new RandomRecords(seed, () => Secret);
            object[] redacted =
            [
                InputShapes.Inputs.Pass(redactor, records.Next<Input>()),
                EffectShapes.Effects.Pass(redactor, records.Next<Effect>()),
                StartShapes.Recovered(redactor, records.Next<RecoveredState>()),
            ];
            foreach (var record in redacted)
                if (!shown.Contains(KindOf(record))) Assert.DoesNotContain(Secret, Described.Of(record));
        }
    }

    [Fact]
    public void Redaction_hides_names_also_where_reasons_are_shown()
    {
        var redactor = new FieldRedactor(new byte[32]);
        var status = new RandomRecords(1).Next<DownloadStatus>() with
        {
            Name = "secret",
            Pause = new Reason("/home/a/secret: no space left", IsOfDisk: true),
        };
        Notice[] notices =
        [
            new Notice.DownloadProgressed(status), new Notice.DownloadCompleted(status, "/home/a/secret", false),
            new Notice.DownloadPaused(status, new Reason("/home/a/secret: no space left", IsOfDisk: true)),
            new Notice.DownloadFailed(status, new Reason("cancelled")),
        ];
        var texts = notices.Select(notice => Described.Of(NoticeShapes.Notices.Pass(redactor, notice))).ToList();
        Assert.All(texts, text => Assert.DoesNotContain("secret", text));
        Assert.Contains("cancelled", texts[^1]);
    }

    [Fact]
    public void Pseudonyms_are_the_same_for_a_name_and_its_sendable_form()
    {
        var redactor = new FieldRedactor(new byte[32]);
        Assert.Equal(redactor.Name("a_b"), redactor.Name("a\nb"));
        Assert.NotEqual(redactor.Name("a_b"), redactor.Name("a_c"));
        Assert.NotEqual(redactor.Name("a_b"), new FieldRedactor([1]).Name("a_b"));
        Assert.Equal("", redactor.Name(""));
    }

    [Fact]
    public void Redaction_leaves_no_name_in_a_message()
    {
        var redactor = new FieldRedactor(new byte[32]);
        var messages = new RandomMessages(3);
        for (var round = 0; round < Rounds; round++)
        {
            var search = (FileSearch)messages.Next(MessageType.FileSearch) with { Text = "secret" };
            var hit = (HasFile)messages.Next(MessageType.HasFile) with { Name = "secret" };
            Assert.NotEqual("secret", Assert.IsType<FileSearch>(redactor.Message(search)).Text);
            Assert.NotEqual("secret", Assert.IsType<HasFile>(redactor.Message(hit)).Name);
            var offer = (Offer)messages.Next(MessageType.Offer) with { Name = "secret" };
            Assert.NotEqual("secret", Assert.IsType<Offer>(redactor.Message(offer)).Name);
        }
        // A message that comes to have a text is looked at here, before it gets into a file.
        var withText = Enum.GetValues<MessageType>().Select(type => messages.Next(type).GetType())
            .Where(type => type.GetProperties().Any(property => property.PropertyType == typeof(string)
                || property.PropertyType.IsAssignableTo(typeof(IEnumerable<string>))));
        Assert.Equal(
            [
                typeof(Join), typeof(FileSearch), typeof(HasFile), typeof(Offer), typeof(AddressOffer),
                typeof(SharedIdentity),
            ],
            withText);
    }

    private static string KindOf(object record) => record switch
    {
        Effect.Tell tell => tell.Notice.GetType().Name,
        Effect.Send or Input.Received => "message",
        _ => record.GetType().Name,
    };

    private static void AssertComeBack<T>(Func<Fields, T?, T> pass) where T : class
    {
        foreach (var kind in RandomRecords.KindsOf(typeof(T)))
            for (ulong seed = 1; seed < Rounds; seed++) AssertComesBack(pass, (T)new RandomRecords(seed).Next(kind)!);
    }

    private static void AssertComesBack<T>(Func<Fields, T?, T> pass) where T : class
    {
        for (ulong seed = 1; seed < Rounds; seed++) AssertComesBack(pass, new RandomRecords(seed).Next<T>());
    }

    private static void AssertComesBack<T>(Func<Fields, T?, T> pass, T record) where T : class
    {
        var writer = new FieldWriter();
        pass(writer, record);
        var reader = new FieldReader(writer.Written.ToArray());
        var read = pass(reader, null);
        Assert.False(reader.IsDamaged, $"{record} cannot be read");
        Assert.True(reader.IsAtEnd);
        Assert.Equal(Described.Of(record), Described.Of(read));
    }
}

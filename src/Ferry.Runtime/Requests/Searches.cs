using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Requests;

/// <summary>Searches of the network, each a stream of hits that ends with the search.</summary>
internal sealed class Searches(InputPost post, NoticeBoard notices)
{
    /// <exception cref="FerryException">The text cannot be searched for, or the node is stopping.</exception>
    public async IAsyncEnumerable<Notice.SearchHit> RunAsync(
        string text, ContentId? content, [EnumeratorCancellation] CancellationToken cancel)
    {
        CheckText(text);
        var query = NewQuery();
        using var watching = notices.WatchSearch(query);
        await PostAsync(new Input.StartSearch(query, text, content), cancel);
        var ended = false;
        try
        {
            await foreach (var notice in watching.Notices.ReadAllAsync(cancel))
            {
                if (notice is Notice.SearchHit hit) yield return hit;
                ended = notice is Notice.SearchEnded;
                if (ended) yield break;
            }
        }
        finally
        {
            // When the post is full the core is told nothing, and the search ends by itself.
            if (!ended) post.Inputs.TryWrite(new Input.StopSearch(query));
        }
    }

    /// <summary>Hands an input to the core.</summary>
    /// <exception cref="FerryException">The node is stopping.</exception>
    public async Task PostAsync(Input input, CancellationToken cancel)
    {
        try
        {
            await post.Inputs.WriteAsync(input, cancel);
        }
        catch (ChannelClosedException e)
        {
            throw new FerryException(FailureKind.Failed, "this node is stopping", e);
        }
    }

    private static void CheckText(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Usage("there is nothing to search for: give a name");
        if (Encoding.UTF8.GetByteCount(text) > WireLimits.QueryBytesMax)
        {
            throw Usage($"the name is longer than {WireLimits.QueryBytesMax} bytes: give a part of it");
        }
        if (text.Any(char.IsControl)) throw Usage("the name has control characters: leave them out");
    }

    private static FerryException Usage(string text) => new(FailureKind.Usage, text);

    private static QueryId NewQuery()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return new QueryId(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(random));
    }
}

using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Ferry.Names;
using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Loop;

namespace Ferry.Runtime.Requests;

/// <summary>Searches of the network, each a stream of hits that ends with the search.</summary>
internal sealed class Searches(NodeLoop loop, NoticeBoard notices, Func<IReadOnlyList<string>> unlinked)
{
    /// <summary>As users see them: merged by content and name.</summary>
    /// <exception cref="FerryException">The text cannot be searched for, or the node is stopping.</exception>
    public IAsyncEnumerable<RequestEvent> DescribeAsync(
        string query, bool isPublic, CancellationToken cancel)
    {
        var content = new ContentQuery(query).Content;
        var found = new FoundContents(content?.ToString() ?? query);
        return new SearchListing(found, unlinked).TellAsync(stop => RunAsync(query, content, isPublic, stop), cancel);
    }

    /// <summary>Hits, files that are not hashed yet, and at last the end.</summary>
    /// <exception cref="FerryException">The text cannot be searched for, or the node is stopping.</exception>
    public async IAsyncEnumerable<Notice> RunAsync(
        string text, ContentId? content, bool isPublic, [EnumeratorCancellation] CancellationToken cancel)
    {
        CheckText(text);
        var query = NewQuery();
        using var watching = notices.WatchSearch(query);
        await loop.TellAsync(new Input.StartSearch(query, text, content) { IsPublic = isPublic }, cancel);
        var ended = false;
        try
        {
            await foreach (var notice in watching.Notices.ReadAllAsync(cancel))
            {
                ended = notice is Notice.SearchEnded;
                yield return notice is Notice.SearchEnded end
                    ? end with { LeftOut = end.LeftOut + watching.Lost } : notice;
                if (ended) yield break;
            }
        }
        finally
        {
            if (!ended) await StopAsync(query);
        }
    }

    private async Task StopAsync(QueryId query)
    {
        try
        {
            await loop.TellAsync(new Input.StopSearch(query), CancellationToken.None);
        }
        catch (FerryException)
        {
            // The node is stopping, and the search with it.
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

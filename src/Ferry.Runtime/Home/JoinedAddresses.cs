using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Ferry.Runtime.Home;

/// <summary>
/// The addresses that a user joined, in <c>joined.json</c> of the home, so that a node that restarts finds its network
/// again. Replaced as a whole and in one step: a crash leaves the old list or the new one.
/// </summary>
internal sealed partial class JoinedAddresses
{
    /// <summary>More than a person types; bounds what a damaged file can make us dial.</summary>
    public const int AddressesMax = 1000;

    private readonly string _path;
    private readonly Lock _gate = new();
    private List<string> _addresses;

    private JoinedAddresses(string path, List<string> addresses) => (_path, _addresses) = (path, addresses);

    public IReadOnlyList<string> All
    {
        get { lock (_gate) return [.. _addresses]; }
    }

    /// <summary>A damaged file is set aside, with a warning: the node starts without it.</summary>
    public static JoinedAddresses Load(HomeFolder home, ILogger log)
    {
        var path = home.File("joined.json");
        try
        {
            if (!File.Exists(path)) return new JoinedAddresses(path, []);
            var kept = JsonSerializer.Deserialize(File.ReadAllBytes(path), Format.Default.JoinedFile);
            var addresses = kept?.Addresses ?? throw new JsonException("no addresses");
            var usable = addresses.Where(address => address is not null).Distinct().Take(AddressesMax);
            return new JoinedAddresses(path, [.. usable]);
        }
        catch (JsonException e)
        {
            HomeLog.JoinedFileDamaged(log, path, e.Message);
            File.Move(path, path + ".damaged", overwrite: true);
            return new JoinedAddresses(path, []);
        }
    }

    public void Add(string address)
    {
        lock (_gate)
        {
            if (_addresses.Contains(address)) return;
            if (_addresses.Count >= AddressesMax)
            {
                throw new FerryException(
                    FailureKind.Failed, $"this node has joined {AddressesMax} addresses already: leave first");
            }
            Replace([.. _addresses, address]);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            if (_addresses.Count > 0) Replace([]);
        }
    }

    private void Replace(List<string> addresses)
    {
        var next = _path + ".new";
        try
        {
            using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(file, new JoinedFile(addresses), Format.Default.JoinedFile);
                file.Flush(flushToDisk: true);
            }
            File.Move(next, _path, overwrite: true);
            _addresses = addresses;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FerryException(
                FailureKind.Failed,
                $"the joined addresses cannot be kept in {_path} ({e.Message}): make room, or let this user write it",
                e);
        }
    }

    private sealed record JoinedFile(IReadOnlyList<string> Addresses);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(JoinedFile))]
    private sealed partial class Format : JsonSerializerContext;
}

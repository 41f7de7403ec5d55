using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Ferry.Transports.Secure;
using Xunit;
using Path = System.IO.Path;

namespace Ferry.Tests.Transports;

public sealed class IdentityTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("ferry-identity-").FullName;

    private string KeyPath => Path.Combine(_home, "node.key");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Id_is_the_hash_of_the_public_key()
    {
        using var identity = Identity.Create();
        Assert.Equal(new NodeId(Bytes32.From(SHA256.HashData(identity.PublicKey.Span))), identity.Id);
        Assert.Equal(91, identity.PublicKey.Length);
    }

    [Fact]
    public void Keys_that_a_crash_left_under_temporary_names_are_removed()
    {
        using var first = Identity.Open(_home);
        File.WriteAllText(KeyPath + ".0123.tmp", "a key");
        File.WriteAllText(Path.Combine(_home, "other.tmp"), "not a key");
        using var second = Identity.Open(_home);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(["node.key", "other.tmp"], Directory.GetFiles(_home).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Second_opening_finds_the_same_key()
    {
        using var first = Identity.Open(_home);
        using var second = Identity.Open(_home);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(["node.key"], Directory.GetFiles(_home).Select(Path.GetFileName));
    }

    [Fact]
    public void Home_is_made_when_it_is_missing()
    {
        using var identity = Identity.Open(Path.Combine(_home, "new", "home"));
        Assert.True(File.Exists(Path.Combine(_home, "new", "home", "node.key")));
    }

    [Fact]
    public async Task Processes_that_open_a_new_home_at_once_agree_on_the_key()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            using var identity = Identity.Open(_home);
            return identity.Id;
        })));
        Assert.Single(ids.Distinct());
        Assert.Single(Directory.GetFiles(_home));
    }

    [Fact]
    public void Key_file_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows()) return;
        Identity.Open(_home).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
    }

    [Fact]
    public void Key_file_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows()) return;
        Identity.Open(_home).Dispose();
        File.SetUnixFileMode(KeyPath, File.GetUnixFileMode(KeyPath) | UnixFileMode.GroupRead);
        var refused = Assert.Throws<IdentityException>(() => Identity.Open(_home));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void Damaged_key_file_is_refused_and_kept(string content)
    {
        WriteKey(content);
        var refused = Assert.Throws<IdentityException>(() => Identity.Open(_home));
        Assert.Contains("damaged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(KeyPath));
    }

    [Fact]
    public void Key_of_another_curve_or_half_a_key_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        WriteKey(other.ExportPkcs8PrivateKeyPem());
        Assert.Throws<IdentityException>(() => Identity.Open(_home));
        using var half = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        WriteKey(half.ExportSubjectPublicKeyInfoPem());
        Assert.Throws<IdentityException>(() => Identity.Open(_home));
    }

    [Fact]
    public void Signature_holds_for_its_signer_key_and_data_only()
    {
        using var signer = Identity.Create();
        using var other = Identity.Create();
        byte[] data = [1, 2, 3];
        var signature = signer.Sign(data);
        Assert.Equal(Identity.SignatureBytes, signature.Length);
        Assert.True(Identity.Verify(signer.Id, signer.PublicKey.Span, data, signature));
        Assert.False(Identity.Verify(signer.Id, signer.PublicKey.Span, [1, 2, 4], signature));
        Assert.False(Identity.Verify(other.Id, signer.PublicKey.Span, data, signature));
        Assert.False(Identity.Verify(signer.Id, other.PublicKey.Span, data, signature));
        Assert.False(Identity.Verify(signer.Id, signer.PublicKey.Span, data, signature.AsSpan(1)));
        Assert.False(Identity.Verify(signer.Id, [], data, []));
    }

    /// <summary>Bytes that are the hash of the signer's id, so that only their form can tell that they are no key.
    /// </summary>
    [Theory]
    [MemberData(nameof(NoKeys))]
    public void Bytes_that_are_no_named_P256_point_are_nobodys_key(string name, string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var signer = new NodeId(Bytes32.From(SHA256.HashData(bytes)));
        Assert.False(Identity.Verify(signer, bytes, [1], new byte[Identity.SignatureBytes]), name);
    }

    public static TheoryData<string, string> NoKeys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var good = key.ExportSubjectPublicKeyInfo();
        var point = key.ExportParameters(false).Q;
        using var spelt = ECDsa.Create(
            new ECParameters { Curve = key.ExportExplicitParameters(false).Curve, Q = point });
        return new()
        {
            {
                "an explicit curve with an empty base, at which the framework's parser runs out of its bounds",
                "305930" + "5306072A8648CE3D0201304802010130" + "3306072A8648CE3D01010228" + "7F" + new string('F', 78)
                    + "3006040100040107" + "0400" + "020101" + "020101" + "03020004"
            },
            { "the curve spelt out", Convert.ToHexString(spelt.ExportSubjectPublicKeyInfo()) },
            { "no point of the curve", Convert.ToHexString([.. good[..^1], (byte)(good[^1] ^ 1)]) },
            { "a byte too much", Convert.ToHexString([.. good, 0]) },
            { "a byte too few", Convert.ToHexString(good.AsSpan(0, good.Length - 1)) },
        };
    }

    private void WriteKey(string content)
    {
        File.Delete(KeyPath);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(KeyPath, options);
        writer.Write(content);
    }
}

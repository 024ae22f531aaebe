using System.Text;
using ActorEtcd.Host.Http;
using Xunit;

namespace ActorEtcd.Specs.Host.Http;

public sealed class AuthorityRepairSpec
{
    private const byte EndHeaders = 0x4;
    private const byte Padded = 0x8;
    private const byte Priority = 0x20;

    // POST, http, a path with its own name, the authority, and a field with a name of its own.
    private static readonly byte[] Before = [0x83, 0x86, 0x44, 2, (byte)'/', (byte)'x'];
    private static readonly byte[] After = [0x40, 1, (byte)'n', 1, (byte)'v'];

    [Theory]
    [InlineData("http://127.0.0.1:2379", "127.0.0.1:2379")]
    [InlineData("https://[::1]:2379/", "[::1]:2379")]
    [InlineData("/run/etcd.sock", "localhost")]
    [InlineData("unix:///run/etcd.sock", "localhost")]
    public void Scheme_is_taken_out_of_the_authority_and_all_else_stays(string sent, string expected)
        => Assert.Equal(Block(expected), AuthorityRepair.Repaired(EndHeaders, Block(sent)));

    [Fact]
    public void Authority_in_huffman_code_and_behind_a_priority_is_repaired_too()
    {
        // "http://o" as Go's HPACK encodes it.
        byte[] huffman = [0x86, 0x9d, 0x29, 0xae, 0xe3, 0x0c, 0x1f];
        byte[] payload = [0, 0, 0, 0, 1, .. Before, 0x41, .. huffman, .. After];
        byte[] expected = [0, 0, 0, 0, 1, .. Before, 0x41, 1, (byte)'o', .. After];
        Assert.Equal(expected, AuthorityRepair.Repaired(EndHeaders | Priority, payload));
    }

    [Fact]
    public void Sound_padded_continued_and_malformed_headers_are_left_alone()
    {
        Assert.Null(AuthorityRepair.Repaired(EndHeaders, Block("127.0.0.1:2379")));
        Assert.Null(AuthorityRepair.Repaired(EndHeaders | Padded, Block("http://a")));
        Assert.Null(AuthorityRepair.Repaired(flags: 0, Block("http://a")));
        Assert.Null(AuthorityRepair.Repaired(EndHeaders, []));
        byte[] whole = Block("http://127.0.0.1:2379");
        for (int length = 0; length < whole.Length - After.Length; length++)
        {
            Assert.Null(AuthorityRepair.Repaired(EndHeaders, whole.AsSpan(0, length)));
        }
    }

    private static byte[] Block(string authority)
        => [.. Before, 0x41, (byte)authority.Length, .. Encoding.ASCII.GetBytes(authority), .. After];
}

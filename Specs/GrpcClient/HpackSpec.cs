using System.Text;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using Xunit;

namespace ActorEtcd.Specs.GrpcClient;

/// <summary>The examples of RFC 7541, appendix C.6: three responses on one connection, table of 256 bytes.</summary>
public sealed class HpackSpec
{
    [Theory]
    [InlineData("6402", "302")]
    [InlineData("aec3771a4b", "private")]
    [InlineData("d07abe941054d444a8200595040b8166e082a62d1bff", "Mon, 21 Oct 2013 20:13:21 GMT")]
    [InlineData("9d29ad171863c78f0b97c8e9ae82ae43d3", "https://www.example.com")]
    [InlineData("640eff", "307")]
    public void Huffman_code_of_the_rfc_decodes_to_its_text(string encoded, string text)
    {
        Assert.Equal(text, Encoding.ASCII.GetString(HpackHuffman.Decode(Convert.FromHexString(encoded))!));
    }

    [Theory]
    [InlineData("aec3771a4a")]
    [InlineData("ffffffff")]
    public void Huffman_code_with_wrong_padding_is_refused(string encoded)
    {
        Assert.Null(HpackHuffman.Decode(Convert.FromHexString(encoded)));
    }

    [Fact]
    public void Decoder_follows_the_dynamic_table_over_several_blocks()
    {
        var decoder = new HpackDecoder();
        var call = new HeaderProbe();

        // grpc-status: 5 and grpc-message: "not%20here" as literals that enter the table, then both by index.
        byte[] status = [0x40, .. Text("grpc-status"), .. Text("5")];
        byte[] message = [0x40, .. Text("grpc-message"), .. Text("not%20here")];
        decoder.Decode([0x88, .. status, .. message], call.Call);
        Assert.Equal((StatusCode.NotFound, "not here"), call.Outcome());
        var again = new HeaderProbe();
        decoder.Decode([0x88, 0xBF, 0xBE], again.Call);
        Assert.Equal((StatusCode.NotFound, "not here"), again.Outcome());
    }

    [Fact]
    public void Decoder_forgets_everything_when_the_table_shrinks_to_nothing()
    {
        var decoder = new HpackDecoder();
        decoder.Decode([0x40, .. Text("a"), .. Text("b")], call: null);
        decoder.Decode([0xBE], call: null);
        decoder.Decode([0x20], call: null);
        Assert.Throws<GrpcCallException>(() => decoder.Decode([0xBE], call: null));
    }

    [Theory]
    [InlineData("80")]
    [InlineData("be")]
    [InlineData("ffffffffff7f")]
    [InlineData("4003616263")]
    [InlineData("400561")]
    [InlineData("3fff7f")]
    public void Malformed_block_is_refused(string block)
    {
        var decoder = new HpackDecoder();
        Assert.Throws<GrpcCallException>(() => decoder.Decode(Convert.FromHexString(block), call: null));
    }

    private static byte[] Text(string text)
    {
        return [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
    }
}

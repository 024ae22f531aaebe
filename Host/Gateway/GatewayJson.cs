using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace ActorEtcd.Host.Gateway;

/// <summary>Response messages as bytes of JSON.</summary>
internal static class GatewayJson
{
    public static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static readonly JsonWriterOptions Options = new() { Encoder = Encoder, SkipValidation = true };

    public static ReadOnlyMemory<byte> Body(IMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, message);
        return buffer.WrittenMemory;
    }

    /// <summary>One line of a stream.</summary>
    public static void WriteLine(IBufferWriter<byte> output, IMessage message)
    {
        output.Write("{\"result\":"u8);
        Write(output, message);
        output.Write("}\n"u8);
    }

    private static void Write(IBufferWriter<byte> output, IMessage message)
    {
        using var json = new Utf8JsonWriter(output, Options);
        ProtoJsonWriter.Write(json, message);
    }
}

using System.Buffers.Text;
using System.Text;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>One header of a response, looked at once so that an indexed repetition costs nothing.</summary>
internal sealed class HeaderField
{
    public HeaderField(byte[] name, byte[] value)
    {
        Name = name;
        Value = value;
        Kind = Classify(name);
        if (Kind is HeaderKind.HttpStatus or HeaderKind.GrpcStatus)
        {
            bool whole = Utf8Parser.TryParse(value, out int number, out int used) && used == value.Length;
            Number = whole ? number : -1;
        }
    }

    public byte[] Name { get; }

    public byte[] Value { get; }

    public HeaderKind Kind { get; }

    /// <summary>The value of a status header, or -1 when it is not a number.</summary>
    public int Number { get; }

    /// <summary>Its size in a dynamic table, as RFC 7541 section 4.1 counts it.</summary>
    public int TableSize => Name.Length + Value.Length + 32;

    public static HeaderField Of(string name, string value)
    {
        return new HeaderField(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(value));
    }

    private static HeaderKind Classify(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual(":status"u8))
        {
            return HeaderKind.HttpStatus;
        }

        if (name.SequenceEqual("grpc-status"u8))
        {
            return HeaderKind.GrpcStatus;
        }

        return name.SequenceEqual("grpc-message"u8) ? HeaderKind.GrpcMessage : HeaderKind.Other;
    }
}

using System.Text;
using Akka.Actor;
using Akka.Remote.Transport;

namespace Akka.Remote.TestKit.Internals;

/// <summary>Control messages as bytes: a number for the kind, then the fields in their order.</summary>
internal static class ControlCodec
{
    private enum Kind : byte
    {
        Hello = 1,
        EnterBarrier,
        FailBarrier,
        BarrierResult,
        GetAddress,
        AddressReply,
        Throttle,
        Disconnect,
        Terminate,
        Done,
    }

    public static byte[] Encode(ControlMessage message)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        Write(writer, message);
        writer.Flush();
        return bytes.ToArray();
    }

    public static ControlMessage Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var kind = (Kind)reader.ReadByte();
        return kind switch
        {
            Kind.Hello => new ControlMessage.Hello(reader.ReadString(), ReadAddress(reader)),
            Kind.EnterBarrier => new ControlMessage.EnterBarrier(reader.ReadString(), new TimeSpan(reader.ReadInt64())),
            Kind.FailBarrier => new ControlMessage.FailBarrier(reader.ReadString()),
            Kind.BarrierResult =>
                new ControlMessage.BarrierResult(reader.ReadString(), reader.ReadBoolean(), reader.ReadString()),
            Kind.GetAddress => new ControlMessage.GetAddress(reader.ReadString()),
            Kind.AddressReply => new ControlMessage.AddressReply(reader.ReadString(), ReadAddress(reader)),
            Kind.Throttle => new ControlMessage.Throttle(
                ReadAddress(reader), (ThrottleTransportAdapter.Direction)reader.ReadByte(), reader.ReadSingle()),
            Kind.Disconnect => new ControlMessage.Disconnect(ReadAddress(reader), reader.ReadBoolean()),
            Kind.Terminate =>
                new ControlMessage.Terminate(reader.ReadBoolean() ? reader.ReadInt32() : null, reader.ReadBoolean()),
            Kind.Done => new ControlMessage.Done(reader.ReadString()),
            _ => throw new InvalidDataException($"A control message of kind {kind}"),
        };
    }

    private static void Write(BinaryWriter writer, ControlMessage message)
    {
        switch (message)
        {
            case ControlMessage.Hello hello:
                Begin(writer, Kind.Hello).Write(hello.Name);
                writer.Write(hello.Address.ToString());
                break;
            case ControlMessage.EnterBarrier enter:
                Begin(writer, Kind.EnterBarrier).Write(enter.Name);
                writer.Write(enter.Timeout.Ticks);
                break;
            case ControlMessage.FailBarrier fail:
                Begin(writer, Kind.FailBarrier).Write(fail.Name);
                break;
            case ControlMessage.BarrierResult result:
                Begin(writer, Kind.BarrierResult).Write(result.Name);
                writer.Write(result.Success);
                writer.Write(result.Reason);
                break;
            case ControlMessage.GetAddress get:
                Begin(writer, Kind.GetAddress).Write(get.Role);
                break;
            case ControlMessage.AddressReply reply:
                Begin(writer, Kind.AddressReply).Write(reply.Role);
                writer.Write(reply.Address.ToString());
                break;
            default:
                WriteCommand(writer, message);
                break;
        }
    }

    private static void WriteCommand(BinaryWriter writer, ControlMessage message)
    {
        switch (message)
        {
            case ControlMessage.Throttle throttle:
                Begin(writer, Kind.Throttle).Write(throttle.Target.ToString());
                writer.Write((byte)throttle.Direction);
                writer.Write(throttle.RateMBit);
                break;
            case ControlMessage.Disconnect disconnect:
                Begin(writer, Kind.Disconnect).Write(disconnect.Target.ToString());
                writer.Write(disconnect.Abort);
                break;
            case ControlMessage.Terminate terminate:
                Begin(writer, Kind.Terminate).Write(terminate.ExitValue.HasValue);
                if (terminate.ExitValue is { } value)
                {
                    writer.Write(value);
                }

                writer.Write(terminate.Abort);
                break;
            case ControlMessage.Done done:
                Begin(writer, Kind.Done).Write(done.Problem);
                break;
            default:
                throw new InvalidDataException($"{message} is no control message");
        }
    }

    private static BinaryWriter Begin(BinaryWriter writer, Kind kind)
    {
        writer.Write((byte)kind);
        return writer;
    }

    private static Address ReadAddress(BinaryReader reader) => Address.Parse(reader.ReadString());
}

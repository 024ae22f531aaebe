using System.Collections.Immutable;
using ActorEtcd.Wire;

namespace ActorEtcd.Raft;

/// <summary>
/// The protobuf wire form of <see cref="ConfigurationChange"/> in the log: 1 mode; 2 step {1 kind, 2 member};
/// 3 context; 100 header {1 request id}. The numbers are those of etcd's ConfChangeV2 and, for the header, those of
/// commands, so that <see cref="CommandCodec.RequestIdOf"/> reads both.
/// </summary>
public static class ConfigurationChangeCodec
{
    private const int HeaderField = 100;

    public static byte[] Encode(ConfigurationChange change)
    {
        var size = ProtoSize.UInt64(1, (ulong)change.Mode)
            + change.Steps.Sum(static step => ProtoSize.Message(2, Size(step)))
            + ProtoSize.Bytes(3, change.Context.Span)
            + HeaderSize(change.RequestId);
        var bytes = new byte[size];
        var writer = new ProtoWriter(bytes);
        writer.UInt64(1, (ulong)change.Mode);
        foreach (var step in change.Steps)
        {
            writer.MessageHeader(2, Size(step));
            writer.UInt64(1, (ulong)step.Kind);
            writer.UInt64(2, step.Member.Value);
        }

        writer.Bytes(3, change.Context.Span);
        if (change.RequestId != 0)
        {
            writer.MessageHeader(HeaderField, ProtoSize.UInt64(1, change.RequestId));
            writer.UInt64(1, change.RequestId);
        }

        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are no configuration change.</exception>
    public static ConfigurationChange Decode(ReadOnlyMemory<byte> bytes)
    {
        var mode = 0UL;
        var steps = ImmutableArray.CreateBuilder<ConfigurationChangeStep>();
        var context = Bytes.Empty;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    mode = reader.UInt64();
                    break;
                case 2:
                    steps.Add(DecodeStep(reader.Bytes()));
                    break;
                case 3:
                    context = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return mode > (ulong)ConfigurationChangeMode.JointExplicit
            ? throw new MalformedMessageException($"configuration change of unknown mode {mode}")
            : new ConfigurationChange((ConfigurationChangeMode)mode, steps.ToImmutable(), context)
            {
                RequestId = CommandCodec.RequestIdOf(bytes),
            };
    }

    private static int HeaderSize(ulong requestId) =>
        requestId == 0 ? 0 : ProtoSize.Message(HeaderField, ProtoSize.UInt64(1, requestId));

    private static int Size(ConfigurationChangeStep step) =>
        ProtoSize.UInt64(1, (ulong)step.Kind) + ProtoSize.UInt64(2, step.Member.Value);

    private static ConfigurationChangeStep DecodeStep(ReadOnlyMemory<byte> bytes)
    {
        var kind = 0UL;
        var member = 0UL;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    kind = reader.UInt64();
                    break;
                case 2:
                    member = reader.UInt64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return kind > (ulong)ConfigurationChangeKind.AddLearner || member == 0
            ? throw new MalformedMessageException($"configuration change step of kind {kind} for member {member}")
            : new ConfigurationChangeStep((ConfigurationChangeKind)kind, new MemberId(member));
    }
}

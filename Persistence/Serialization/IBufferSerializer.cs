using System.Buffers;

namespace ActorEtcd.Persistence.Serialization;

/// <summary>
/// A serializer that can write an object straight into a buffer, which spares the hot path one array and one copy.
/// The bytes must be exactly those that <c>ToBinary</c> of the same serializer returns.
/// </summary>
public interface IBufferSerializer
{
    void WriteTo(object value, IBufferWriter<byte> output);
}

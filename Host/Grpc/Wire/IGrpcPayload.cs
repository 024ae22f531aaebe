namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>
/// A message that encodes itself into the output buffer. Implemented by small structs over results whose parts are
/// encoded already.
/// </summary>
public interface IGrpcPayload
{
    /// <summary>The exact number of bytes that <see cref="WriteTo"/> writes.</summary>
    long ComputeSize();

    void WriteTo(ref WireWriter writer);
}

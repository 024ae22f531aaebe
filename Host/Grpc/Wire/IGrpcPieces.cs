namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>A message that can also be had in pieces, so that a large one need not be in the output buffer as a whole.</summary>
public interface IGrpcPieces : IGrpcPayload
{
    /// <summary>The same bytes as <see cref="IGrpcPayload.WriteTo"/> writes. A piece is valid until the next is taken.</summary>
    IEnumerable<ReadOnlyMemory<byte>> Pieces();
}

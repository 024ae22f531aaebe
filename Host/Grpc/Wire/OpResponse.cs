using System.Buffers;
using ActorEtcd.Messages;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>RangeResponse, PutResponse, DeleteRangeResponse or TxnResponse, by the kind of the result.</summary>
public readonly struct OpResponse(ResponseHeaderFields header, OpResult result) : IGrpcPieces
{
    private readonly ResponseHeaderFields _header = header;
    private readonly OpResult _result = result;

    public long ComputeSize() => ResponseWriter.SizeOf(_header, _result);

    public IEnumerable<ReadOnlyMemory<byte>> Pieces() => ResponseWriter.Pieces(_header, _result, new ArrayBufferWriter<byte>());

    public void WriteTo(ref WireWriter writer) => ResponseWriter.Write(ref writer, _header, _result);
}

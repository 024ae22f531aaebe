using System.Buffers.Binary;

namespace ActorEtcd.Specs.Host.Grpc;

/// <summary>The client's end of a streaming call.</summary>
public sealed class GrpcTestStream : IDisposable
{
    private readonly Stream _upload;
    private readonly GrpcTestClient.HeldContent _content;
    private readonly Task<HttpResponseMessage> _response;
    private Stream? _download;

    internal GrpcTestStream(Stream upload, GrpcTestClient.HeldContent content, Task<HttpResponseMessage> response)
    {
        _upload = upload;
        _content = content;
        _response = response;
    }

    public async Task SendAsync(params byte[][] messages)
    {
        foreach (byte[] message in messages)
        {
            await _upload.WriteAsync(GrpcTestClient.Frame(message));
        }

        await _upload.FlushAsync();
    }

    public async Task SendRawAsync(byte[] bytes)
    {
        await _upload.WriteAsync(bytes);
        await _upload.FlushAsync();
    }

    /// <summary>The client's last request has been sent.</summary>
    public void CloseSend() => _content.Close();

    /// <summary>The next message, or null at the end.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        Stream download = await DownloadAsync();
        byte[] prefix = new byte[5];
        int read = await download.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false)
            .AsTask().WaitAsync(GrpcTestClient.Patience);
        if (read == 0)
        {
            return null;
        }

        byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await download.ReadExactlyAsync(message).AsTask().WaitAsync(GrpcTestClient.Patience);
        return message;
    }

    /// <summary>Reads to the end; the status.</summary>
    public async Task<GrpcReply> EndAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }

        return GrpcTestClient.ReplyOf(await _response, []);
    }

    /// <summary>Resets the stream.</summary>
    public void Dispose()
    {
        if (_response.IsCompletedSuccessfully)
        {
            _response.Result.Dispose();
        }

        _content.Close();
    }

    private async Task<Stream> DownloadAsync()
    {
        HttpResponseMessage response = await _response.WaitAsync(GrpcTestClient.Patience);
        return _download ??= await response.Content.ReadAsStreamAsync();
    }
}

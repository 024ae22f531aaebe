using System.Buffers.Binary;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <content>Frames about the connection itself: settings, pings, windows, farewell.</content>
internal sealed partial class Http2Connection
{
    private void OnSettings(byte flags, ReadOnlySpan<byte> payload)
    {
        if ((flags & Http2.Ack) != 0)
        {
            return;
        }

        if (payload.Length % 6 != 0)
        {
            throw Violation($"settings of {payload.Length} bytes");
        }

        lock (_gate)
        {
            for (; !payload.IsEmpty; payload = payload[6..])
            {
                ApplySettingLocked(
                    BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt32BigEndian(payload[2..]));
            }

            _filling.AppendFrameHeader(0, Http2.Settings, Http2.Ack, 0);
            StartWaitingLocked();
        }

        _settingsReceived.TrySetResult();
    }

    private void ApplySettingLocked(int id, uint value)
    {
        switch (id)
        {
            case Http2.SettingHeaderTableSize:
                _encoder.LimitTable(value);
                break;
            case Http2.SettingConcurrentStreamsMax:
                _peerStreamsMax = value;
                break;
            case Http2.SettingInitialWindow:
                int change = (int)value - _peerInitialWindow;
                _peerInitialWindow = (int)value;
                foreach (ClientCall call in _calls.Values)
                {
                    call.SendWindow += change;
                    SendUnsentLocked(call);
                }

                break;
            case Http2.SettingFrameBytesMax:
                _peerFrameBytesMax = (int)value;
                break;
            default:
                break;
        }
    }

    private void OnPing(byte flags, ReadOnlySpan<byte> payload)
    {
        if ((flags & Http2.Ack) != 0)
        {
            return;
        }

        lock (_gate)
        {
            _filling.AppendFrameHeader(8, Http2.Ping, Http2.Ack, 0);
            _filling.Append(payload);
        }
    }

    private void OnGoAway(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 8)
        {
            throw Violation("short GOAWAY");
        }

        int lastStreamId = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        List<ClientCall> refused = [];
        lock (_gate)
        {
            _goingAway = true;
            refused.AddRange(_calls.Values.Where(call => call.StreamId > lastStreamId));
            refused.AddRange(_waitingForStream.Select(waiting => waiting.Call).Where(call => !call.Ended));
            _waitingForStream.Clear();
            foreach (ClientCall call in refused)
            {
                EndLocked(call);
            }
        }

        foreach (ClientCall call in refused)
        {
            call.Complete(new GrpcCallException(StatusCode.Unavailable, "the server is closing the connection"));
        }
    }

    private void OnWindowUpdate(int streamId, int credit)
    {
        lock (_gate)
        {
            if (streamId == 0)
            {
                _sendWindow += credit;
                foreach (ClientCall call in _calls.Values)
                {
                    if (call.Unsent is { Count: > 0 })
                    {
                        SendUnsentLocked(call);
                    }
                }
            }
            else if (_calls.TryGetValue(streamId, out ClientCall? call))
            {
                call.SendWindow += credit;
                SendUnsentLocked(call);
            }
        }
    }
}

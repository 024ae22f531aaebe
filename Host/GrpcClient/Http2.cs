namespace ActorEtcd.Host.GrpcClient;

/// <summary>The numbers of RFC 9113 that the client needs.</summary>
internal static class Http2
{
    public const int FrameHeaderSize = 9;
    public const int DefaultWindow = 65_535;
    public const int DefaultFrameBytesMax = 16_384;

    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte PushPromise = 5;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;

    public const byte EndStream = 0x1;
    public const byte Ack = 0x1;
    public const byte EndHeaders = 0x4;
    public const byte Padded = 0x8;
    public const byte Priority = 0x20;

    public const int SettingHeaderTableSize = 1;
    public const int SettingEnablePush = 2;
    public const int SettingConcurrentStreamsMax = 3;
    public const int SettingInitialWindow = 4;
    public const int SettingFrameBytesMax = 5;

    public const uint ErrorRefusedStream = 7;
    public const uint ErrorCancel = 8;
    public const uint ErrorEnhanceYourCalm = 11;
    public const uint ErrorInadequateSecurity = 12;

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
}

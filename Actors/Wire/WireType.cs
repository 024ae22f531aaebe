namespace ActorEtcd.Wire;

/// <summary>The wire types of protobuf that this program meets.</summary>
public enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}

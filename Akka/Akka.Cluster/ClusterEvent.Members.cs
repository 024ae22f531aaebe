namespace Akka.Cluster;

/// <summary>The events of a member's way.</summary>
public partial class ClusterEvent
{
    public abstract class MemberStatusChange : IMemberEvent
    {
        protected readonly Member _member;

        protected MemberStatusChange(Member member, MemberStatus validStatus)
        {
            _member = member.Status == validStatus
                ? member
                : throw new ArgumentException($"Expected {validStatus} state, got: {member}", nameof(member));
        }

        public Member Member => _member;

        public override bool Equals(object obj) => obj?.GetType() == GetType() && _member.Equals(((MemberStatusChange)obj)._member);

        public override int GetHashCode() => HashCode.Combine(GetType(), _member);

        public override string ToString() => $"{GetType().Name}(Member={_member})";
    }

    public sealed class MemberJoined : MemberStatusChange
    {
        public MemberJoined(Member member)
            : base(member, MemberStatus.Joining)
        {
        }
    }

    public sealed class MemberWeaklyUp : MemberStatusChange
    {
        public MemberWeaklyUp(Member member)
            : base(member, MemberStatus.WeaklyUp)
        {
        }
    }

    public sealed class MemberUp : MemberStatusChange
    {
        public MemberUp(Member member)
            : base(member, MemberStatus.Up)
        {
        }
    }

    public sealed class MemberLeft : MemberStatusChange
    {
        public MemberLeft(Member member)
            : base(member, MemberStatus.Leaving)
        {
        }
    }

    public sealed class MemberExited : MemberStatusChange
    {
        public MemberExited(Member member)
            : base(member, MemberStatus.Exiting)
        {
        }
    }

    public sealed class MemberDowned : MemberStatusChange
    {
        public MemberDowned(Member member)
            : base(member, MemberStatus.Down)
        {
        }
    }

    public sealed class MemberRemoved : MemberStatusChange
    {
        public MemberRemoved(Member member, MemberStatus previousStatus)
            : base(member, MemberStatus.Removed)
        {
            PreviousStatus = previousStatus;
        }

        /// <summary>Down: it did not leave by itself.</summary>
        public MemberStatus PreviousStatus { get; }

        public override bool Equals(object obj) =>
            obj is MemberRemoved other && _member.Equals(other._member) && PreviousStatus == other.PreviousStatus;

        public override int GetHashCode() => HashCode.Combine(typeof(MemberRemoved), _member, PreviousStatus);
    }
}

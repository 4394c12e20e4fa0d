# disk-use.pl AGE FOLDER... prints two numbers: how many bytes the folders, and all that is in them on the
# same file system, take on the disk; and how many of these what has not changed for AGE seconds takes.
# A file with many names counts once. Whoever writes there meanwhile cannot make it go on without end.
use strict;
use warnings;

my ($age, @folders) = @ARGV;
my $since = time - $age;
my $most = 5_000_000; # entries
my ($all, $old, $count, %seen) = (0, 0, 0);

setpriority(0, 0, 10);
for my $folder (@folders) {
    my @top = lstat $folder or next;
    next unless -d _;
    add(@top);
    my $device = $top[0];
    my @open = ($folder);
    while (defined(my $next = pop @open)) {
        opendir(my $handle, $next) or next;
        while (defined(my $name = readdir $handle)) {
            next if $name eq '.' || $name eq '..';
            my @entry = lstat "$next/$name" or next;
            next if $entry[0] != $device;
            last if ++$count > $most;
            push @open, "$next/$name" if -d _;
            add(@entry);
        }
        closedir $handle;
    }
}
print "$all $old\n";

sub add {
    my ($device, $inode, $mode, $links, $changed, $blocks) = @_[0, 1, 2, 3, 10, 12];
    return if $links > 1 && ($mode & 0170000) != 0040000 && $seen{"$device:$inode"}++;
    $all += 512 * $blocks;
    $old += 512 * $blocks if $changed < $since;
}

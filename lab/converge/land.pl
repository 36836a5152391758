# land STAGE LANDING PATH... - REMOVED...: puts the staged files PATH in their places and removes the others.
# One program, because to start one costs more than all of this. Every file comes to LANDING first, which is on the disk of
# its place: the rename from there puts the old file or the new one into the place, never half of it.
my ($stage, $landing) = splice @ARGV, 0, 2;
my (@paths, %landed);
while (@ARGV and (my $path = shift @ARGV) ne "-") {
    push @paths, $path;
}

sub folder {
    my ($folder) = @_;
    return if $folder eq "" or -d $folder;
    folder($folder =~ s{/[^/]*$}{}r);
    mkdir $folder, 0755 or -d $folder or die "$folder: $!\n";
}

umask 022;
for my $path (@paths) {
    my $new = $landed{$path} = "$landing/" . keys %landed;
    folder($path =~ s{/[^/]*$}{}r);
    open my $in, "<:raw", $stage . $path or die "$stage$path: $!\n";
    my (undef, undef, $mode, undef, $owner, $group, undef, undef, $read, $changed) = stat $in;
    unlink $new; # of a run that was killed
    sysopen my $out, $new, 0x1 | 0x40 | 0x80, 0600 or die "$new: $!\n"; # O_WRONLY, O_CREAT, O_EXCL
    binmode $out;
    local $/;
    print {$out} scalar <$in> or die "$new: $!\n" if -s $in;
    close $out or die "$new: $!\n";
    chown $owner, $group, $new or die "$new: $!\n";
    chmod $mode & 07777, $new or die "$new: $!\n";
    utime $read, $changed, $new or die "$new: $!\n";
}
for my $path (@paths) {
    rename $landed{$path}, $path or die "$path: $!\n";
}
for my $path (@ARGV) {
    unlink $path or !-e $path or die "$path: $!\n";
}

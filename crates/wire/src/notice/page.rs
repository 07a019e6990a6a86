//! Lays blocks of text out on one A4 page and writes it as tagged PDF.

use super::NotPrinted;
use super::words::Words;
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{Metadata, TextDirection};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Data, Document, SerializeSettings};
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::layout::{Alignment, AlignmentOptions};
use parley::style::{FontFamily, FontFamilyName, FontWeight, LineHeight, StyleProperty};
use parley::{FontContext, Layout, LayoutContext};
use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZeroU16;
use std::sync::Arc;

/// Where a block stands between the margins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// One paragraph.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    text: &'a str,
    kind: Kind,
    align: Align,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Heading(u16),
    Text,
    Strong,
    Small,
    /// A label, and room to write.
    Blank,
}

impl<'a> Block<'a> {
    pub(super) const fn heading(text: &'a str, level: u16) -> Self {
        Self { text, kind: Kind::Heading(level), align: Align::Start }
    }

    pub(super) const fn text(text: &'a str) -> Self {
        Self { text, kind: Kind::Text, align: Align::Start }
    }

    pub(super) const fn strong(text: &'a str) -> Self {
        Self { text, kind: Kind::Strong, align: Align::Start }
    }

    pub(super) const fn small(text: &'a str) -> Self {
        Self { text, kind: Kind::Small, align: Align::Start }
    }

    pub(super) const fn blank(text: &'a str) -> Self {
        Self { text, kind: Kind::Blank, align: Align::Start }
    }

    pub(super) const fn aligned(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    /// Size against the body's, weight, and room above in lines of the body.
    const fn look(&self) -> (f32, bool, f32) {
        match self.kind {
            Kind::Heading(1) => (1.7, true, 0.2),
            Kind::Heading(_) => (1.1, true, 0.7),
            Kind::Text => (1.0, false, 0.3),
            Kind::Strong => (1.3, true, 0.4),
            Kind::Small => (0.75, false, 0.6),
            Kind::Blank => (0.85, false, 0.5),
        }
    }
}

/// The fonts, loaded once, and the words' language.
pub(super) struct Page {
    words: &'static Words,
    fonts: FontContext,
    layouts: LayoutContext<()>,
    embedded: HashMap<(u64, u32), Font>,
}

impl Page {
    pub(super) fn new(words: &'static Words) -> Result<Self, NotPrinted> {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut collection = Collection::new(options);
        for bytes in FONTS {
            if collection.register_fonts(Blob::new(Arc::new(bytes)), None).is_empty() {
                return Err(NotPrinted::Broken("a font cannot be read".to_owned()));
            }
        }
        let fonts = FontContext { collection, source_cache: SourceCache::default() };
        Ok(Self { words, fonts, layouts: LayoutContext::new(), embedded: HashMap::new() })
    }

    /// Draws the blocks with a body of `size` points.
    pub(super) fn draw(&mut self, blocks: &[Block<'_>], size: f32) -> Result<Vec<u8>, NotPrinted> {
        let laid: Vec<_> = blocks.iter().map(|block| self.lay(block, size)).collect();
        // Asked before anything is drawn: a page that is left half drawn cannot even be thrown away.
        blocks.iter().zip(&laid).try_for_each(|(block, layout)| all_letters_known(block.text, layout))?;
        let (mut tops, mut y) = (Vec::new(), MARGIN_TOP);
        for (block, layout) in blocks.iter().zip(&laid) {
            y += block.look().2 * size * LEADING;
            tops.push(y);
            y += layout.height() + if block.kind == Kind::Blank { size * WRITING } else { 0.0 };
        }
        if y > HEIGHT - MARGIN_BOTTOM {
            return Err(NotPrinted::TooLong);
        }
        self.write(blocks, &laid, &tops, size)
    }

    fn lay(&mut self, block: &Block<'_>, size: f32) -> Layout<()> {
        let (scale, bold, _) = block.look();
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, block.text, 1.0, false);
        let named = |name| FontFamilyName::Named(Cow::Borrowed(name));
        let families = if self.words.rtl { [ARABIC, SANS] } else { [SANS, ARABIC] }.map(named);
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families.to_vec()))));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(LEADING)));
        builder.push_default(StyleProperty::FontSize(size * scale));
        builder.push_default(StyleProperty::FontWeight(if bold {
            FontWeight::BOLD
        } else {
            FontWeight::NORMAL
        }));
        let mut layout = builder.build(block.text);
        layout.break_all_lines(Some(WIDTH - 2.0 * MARGIN_SIDE));
        // The page's direction says where a line starts, also if the line begins with a Latin word.
        let align = match (block.align, self.words.rtl) {
            (Align::Middle, _) => Alignment::Center,
            (Align::Start, false) | (Align::End, true) => Alignment::Left,
            (Align::Start, true) | (Align::End, false) => Alignment::Right,
        };
        layout.align(align, AlignmentOptions::default());
        layout
    }

    fn write(
        &mut self,
        blocks: &[Block<'_>],
        laid: &[Layout<()>],
        tops: &[f32],
        size: f32,
    ) -> Result<Vec<u8>, NotPrinted> {
        let broken = |what: &str| NotPrinted::Broken(what.to_owned());
        let configuration =
            ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
        let configuration = configuration.map_err(|_| broken("PDF/UA-1 is not known"))?;
        let mut document =
            Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| broken("A4 is no page"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let (mut tree, mut outline) =
            (TagTree::new().with_lang(Some(self.words.code.to_owned())), Outline::new());
        let black = rgb::Color::new(0, 0, 0);
        for ((block, layout), top) in blocks.iter().zip(laid).zip(tops) {
            let mut group = match block.kind {
                Kind::Heading(level) => {
                    let place = Point::from_xy(MARGIN_SIDE, *top);
                    outline
                        .push_child(OutlineNode::new(block.text.to_owned(), XyzDestination::new(0, place)));
                    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
                    TagGroup::new(Tag::Hn(level, Some(block.text.to_owned())))
                }
                _ => TagGroup::new(Tag::P),
            };
            surface.set_fill(Some(Fill { paint: black.into(), ..Fill::default() }));
            self.lines(&mut surface, &mut group, block, layout, *top)?;
            tree.push(group);
            if block.kind == Kind::Blank {
                rule(&mut surface, *top + layout.height() + size * WRITING - 2.0)?;
            }
        }
        surface.finish();
        page.finish();
        document.set_metadata(
            Metadata::new()
                .title(self.words.title.to_owned())
                .language(self.words.code.to_owned())
                .producer(String::new())
                .text_direction(if self.words.rtl {
                    TextDirection::RightToLeft
                } else {
                    TextDirection::LeftToRight
                }),
        );
        document.set_outline(outline);
        document.set_tag_tree(tree);
        document.finish().map_err(|error| NotPrinted::Broken(format!("{error:?}")))
    }

    /// Draws the lines of one block, each as a marked span of the page's language.
    fn lines(
        &mut self,
        surface: &mut Surface<'_>,
        group: &mut TagGroup,
        block: &Block<'_>,
        layout: &Layout<()>,
        top: f32,
    ) -> Result<(), NotPrinted> {
        for line in layout.lines() {
            let metrics = line.metrics();
            let (mut x, y) = (MARGIN_SIDE + metrics.offset, top + metrics.baseline);
            let tag = SpanTag::empty().with_lang(Some(self.words.code));
            group.push(surface.start_tagged(ContentTag::Span(tag)));
            for run in line.runs() {
                let (size, start) = (run.font_size(), x);
                let mut glyphs = Vec::new();
                for cluster in run.visual_clusters() {
                    if cluster.is_ligature_continuation() {
                        // Its letters belong to the glyph before.
                        let range = cluster.text_range();
                        if let Some(KrillaGlyph { text_range, .. }) = glyphs.last_mut() {
                            *text_range = text_range.start.min(range.start)..text_range.end.max(range.end);
                        }
                        continue;
                    }
                    for glyph in cluster.glyphs() {
                        glyphs.push(KrillaGlyph::new(
                            GlyphId::new(glyph.id),
                            glyph.advance / size,
                            glyph.x / size,
                            glyph.y / size,
                            0.0,
                            cluster.text_range(),
                            None,
                        ));
                        x += glyph.advance;
                    }
                }
                let font = self.font(run.font())?;
                surface.draw_glyphs(Point::from_xy(start, y), &glyphs, font, block.text, size, false);
            }
            surface.end_tagged();
        }
        Ok(())
    }

    fn font(&mut self, found: &parley::FontData) -> Result<Font, NotPrinted> {
        let key = (found.data.id(), found.index);
        if let Some(font) = self.embedded.get(&key) {
            return Ok(font.clone());
        }
        let data = Data::from(found.data.data().to_vec());
        let font = Font::new(data, found.index);
        let font = font.ok_or_else(|| NotPrinted::Broken("a font cannot be embedded".to_owned()))?;
        self.embedded.insert(key, font.clone());
        Ok(font)
    }
}

/// Says that the fonts have every letter of a block.
fn all_letters_known(text: &str, layout: &Layout<()>) -> Result<(), NotPrinted> {
    let mut unknown = String::new();
    for run in layout.lines().flat_map(|line| line.runs().collect::<Vec<_>>()) {
        for cluster in run.visual_clusters() {
            if cluster.glyphs().any(|glyph| glyph.id == 0) {
                unknown.push_str(text.get(cluster.text_range()).unwrap_or_default());
            }
        }
    }
    if unknown.is_empty() { Ok(()) } else { Err(NotPrinted::Letters(unknown.chars().take(40).collect())) }
}

/// Draws a line to write on; it is no text and says nothing to a screen reader.
fn rule(surface: &mut Surface<'_>, y: f32) -> Result<(), NotPrinted> {
    let mut path = PathBuilder::new();
    path.move_to(MARGIN_SIDE, y);
    path.line_to(WIDTH - MARGIN_SIDE, y);
    let path = path.finish().ok_or_else(|| NotPrinted::Broken("a line cannot be drawn".to_owned()))?;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { width: 0.6, ..Stroke::default() }));
    surface.draw_path(&path);
    surface.set_stroke(None);
    surface.end_tagged();
    Ok(())
}

const FONTS: [&[u8]; 4] = [
    include_bytes!("../../fonts/sans-regular.ttf"),
    include_bytes!("../../fonts/sans-bold.ttf"),
    include_bytes!("../../fonts/arabic-regular.ttf"),
    include_bytes!("../../fonts/arabic-bold.ttf"),
];

const SANS: &str = "Noto Sans";
const ARABIC: &str = "Noto Naskh Arabic";

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN_SIDE: f32 = 62.0;
const MARGIN_TOP: f32 = 46.0;
const MARGIN_BOTTOM: f32 = 46.0;

/// Line height against the letters'.
const LEADING: f32 = 1.4;

/// Room to write on, against the letters of the body.
const WRITING: f32 = 1.6;
